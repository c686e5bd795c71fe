package io.github.djltransformers.text.tokenizer;

import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.chat.ChatTemplate;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Conversations as ids: the template's special tokens are tokens, those that a message spells are text. */
final class ChatEncoding {
    /** Put into what a message spells, so that it reads otherwise than the template's. */
    private static final String SPELT = "\uE002";
    /** Stands for an answer. */
    private static final String ANSWER = "\uE003";

    private final ChatTemplate template;
    private final Map<String, String> variables;
    private final TokenizerEngine engine;
    private final SpecialText specialText;

    ChatEncoding(
            ChatTemplate template, Map<String, String> variables, TokenizerEngine engine, SpecialText specialText) {
        this.template = template;
        this.variables = variables;
        this.engine = engine;
        this.specialText = specialText;
    }

    String render(List<ChatMessage> messages, boolean answering) {
        return template.render(messages, answering, variables);
    }

    int[] encode(List<ChatMessage> messages, boolean answering) {
        if (specialText == SpecialText.PARSED) {
            return engine.encodeMarked(render(messages, answering));
        }
        List<ChatMessage> spelt = messages.stream()
                .map(message -> new ChatMessage(message.role(), spelt(message.content())))
                .toList();
        return engine.encodeMarked(marked(render(spelt, answering)));
    }

    private String spelt(String content) {
        StringBuilder spelt = new StringBuilder();
        String text = content.replace(TokenizerEngine.MARK, "\uFFFD\uFFFD").replace(SPELT, "\uFFFD");
        for (int at = 0; at < text.length(); at++) {
            spelt.append(text.charAt(at));
            if (tokenAt(text, at) != null) {
                spelt.append(SPELT);
            }
        }
        return spelt.toString();
    }

    private String marked(String rendered) {
        StringBuilder marked = new StringBuilder();
        for (int at = 0; at < rendered.length(); ) {
            String token = tokenAt(rendered, at);
            if (token == null) {
                marked.append(rendered.charAt(at));
                at++;
            } else {
                marked.append(TokenizerEngine.MARK).append(token);
                at += token.length();
            }
        }
        return marked.toString().replace(SPELT, "");
    }

    /** The longest special token at a place, or null. */
    private String tokenAt(String text, int at) {
        String longest = null;
        for (String token : engine.specialTokens()) {
            if (text.startsWith(token, at) && (longest == null || token.length() > longest.length())) {
                longest = token;
            }
        }
        return longest;
    }

    /** The special token that the template puts behind an answer, if it does. */
    OptionalInt endOfAnswer() {
        String rendered;
        try {
            rendered = render(List.of(new ChatMessage("user", "x"), new ChatMessage("assistant", ANSWER)), false);
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty(); // a template for other conversations
        }
        int answer = rendered.lastIndexOf(ANSWER);
        for (int at = answer + 1; answer >= 0 && at < rendered.length(); at++) {
            String token = tokenAt(rendered, at);
            if (token != null) {
                return OptionalInt.of(engine.id(token));
            }
        }
        return OptionalInt.empty();
    }
}
