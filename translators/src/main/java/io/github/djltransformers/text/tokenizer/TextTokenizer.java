package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.chat.ChatTemplate;
import io.github.djltransformers.text.checkpoint.CheckpointTokenizer;
import io.github.djltransformers.text.checkpoint.CheckpointTokenizer.RoleToken;
import io.github.djltransformers.text.checkpoint.DocumentVocabulary;
import io.github.djltransformers.text.checkpoint.Languages;
import io.github.djltransformers.text.checkpoint.PieceVocabulary;
import io.github.djltransformers.text.checkpoint.TokenRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns texts into tokens and back, as the classes of Hugging Face transformers do with the same files, whichever these are:
 * {@code tokenizer.json}, or what came before it (WordPiece, byte-level BPE, SentencePiece, with Marian's and M2M-100's
 * vocabularies beside).
 *
 * <p>It neither pads nor cuts a text, whatever the files say: that is whoever builds a batch's business, by
 * {@link TokenizedText#cut} and {@link TokenizedText#windows}. A text that spells a special token is text unless
 * {@link SpecialText#PARSED} is asked for. One serves many threads.
 */
public final class TextTokenizer implements AutoCloseable {
    private final CheckpointTokenizer checkpoint;
    private final TokenizerEngine engine;
    private final SpecialText specialText;
    private volatile ChatEncoding chat; // made at first use

    private TextTokenizer(CheckpointTokenizer checkpoint, TokenizerEngine engine, SpecialText specialText) {
        this.checkpoint = checkpoint;
        this.engine = engine;
        this.specialText = specialText;
    }

    /**
     * Opens the tokenizer of a checkpoint, for which texts spell no special tokens.
     *
     * @param path the directory of the checkpoint, or its {@code tokenizer.json}, beside which the others are looked for
     * @throws IOException if a file is missing or cannot be read
     * @throws MalformedModelException if a file is no valid tokenizer; a damaged one never reaches native code
     */
    public static TextTokenizer open(Path path) throws IOException, MalformedModelException {
        return open(path, SpecialText.AS_TEXT);
    }

    /**
     * Opens the tokenizer of a checkpoint.
     *
     * @param path as in {@link #open(Path)}
     * @param specialText what becomes of a text that spells a special token
     * @throws IOException as {@link #open(Path)}
     * @throws MalformedModelException as {@link #open(Path)}
     */
    public static TextTokenizer open(Path path, SpecialText specialText) throws IOException, MalformedModelException {
        CheckpointTokenizer checkpoint = CheckpointTokenizer.read(path);
        Languages languages = checkpoint.languages();
        TokenizerEngine engine = checkpoint.vocabulary() instanceof PieceVocabulary pieces
                ? new PieceEngine(path.toString(), pieces, languages, specialText)
                : new DocumentEngine(((DocumentVocabulary) checkpoint.vocabulary()).file(), checkpoint, specialText);
        return new TextTokenizer(checkpoint, engine, specialText);
    }

    /** The tokens of a text with the frame that the model learnt. */
    public TokenizedText encode(String text) {
        return encode(TextInput.of(text));
    }

    /** The tokens of two texts with the frame that the model learnt; an empty second text is none. */
    public TokenizedText encode(String text, String pair) {
        return encode(TextInput.of(text).withPair(pair));
    }

    /**
     * The tokens of a text.
     *
     * @throws IllegalArgumentException if it asks for a language that there is not
     */
    public TokenizedText encode(TextInput input) {
        return encode(List.of(input)).get(0);
    }

    /**
     * The tokens of texts, by several threads at once.
     *
     * @throws IllegalArgumentException if one asks for a language that there is not
     * @throws IllegalStateException if the vocabulary has neither a token for a part of a text nor one for the unknown
     */
    public List<TokenizedText> encode(List<TextInput> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        try {
            return engine.encode(inputs);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "TextTokenizer: vocabulary must have tokens for a text, got: " + e.getMessage(), e);
        }
    }

    /**
     * The text of ids, special tokens left out. An id without a token, such as the rows that some models have more than
     * their vocabulary, adds nothing.
     *
     * @throws IllegalArgumentException if an id is negative
     */
    public String decode(int... ids) {
        return decode(ids, true);
    }

    /**
     * The text of ids with all special tokens.
     *
     * @throws IllegalArgumentException if an id is negative
     */
    public String decodeWithSpecialTokens(int... ids) {
        return decode(ids, false);
    }

    private String decode(int[] ids, boolean skipSpecial) {
        for (int id : ids) {
            if (id < 0) {
                throw new IllegalArgumentException(
                        Text.format("TextTokenizer: ids must be from 0 on, got %d in %s", id, Arrays.toString(ids)));
            }
        }
        String text = ids.length == 0 ? "" : engine.decode(ids, skipSpecial);
        return checkpoint.cleansUp() ? CleanUp.of(text) : text;
    }

    /**
     * The text of a conversation as the checkpoint's template writes it, special tokens spelt out.
     *
     * @param messages what was said, oldest first
     * @param answering whether the beginning of an answer follows, for the model to go on
     * @throws IllegalStateException if the checkpoint has no template
     * @throws IllegalArgumentException if the template refuses the conversation or uses what is not supported, naming it
     */
    public String renderChat(List<ChatMessage> messages, boolean answering) {
        return chat().render(messages, answering);
    }

    /**
     * The ids of a conversation as the checkpoint's template writes it. Special tokens are the template's alone: what a
     * message spells is text, unless the tokenizer was opened with {@link SpecialText#PARSED}.
     *
     * @param messages as in {@link #renderChat}
     * @param answering as in {@link #renderChat}
     * @throws IllegalStateException as {@link #renderChat}
     * @throws IllegalArgumentException as {@link #renderChat}
     */
    public int[] encodeChat(List<ChatMessage> messages, boolean answering) {
        return chat().encode(messages, answering);
    }

    /** The ids that end what a model generates: what its files name, and the end of an answer in its template. */
    public Set<Integer> endIds() {
        Set<Integer> ids = new TreeSet<>(checkpoint.endIds());
        id(TokenRole.EOS).ifPresent(ids::add);
        if (!checkpoint.chatTemplate().isEmpty()) {
            chat().endOfAnswer().ifPresent(ids::add);
        }
        return ids;
    }

    /**
     * Requires that the checkpoint knows conversations.
     *
     * @throws IllegalStateException if it has no template
     */
    public void requireChatTemplate() {
        if (checkpoint.chatTemplate().isEmpty()) {
            throw new IllegalStateException("TextTokenizer: directory must hold a chat template, as chat_template in"
                    + " tokenizer_config.json or as chat_template.jinja, got none");
        }
    }

    private ChatEncoding chat() {
        requireChatTemplate();
        ChatEncoding made = chat;
        if (made == null) {
            Map<String, String> variables = new HashMap<>();
            checkpoint.roles().forEach((role, token) -> variables.put(role.key(), token.text()));
            made = new ChatEncoding(new ChatTemplate(checkpoint.chatTemplate()), variables, engine, specialText);
            chat = made;
        }
        return made;
    }

    /** The id of the special token for a role, empty where the files name none. */
    public OptionalInt id(TokenRole role) {
        RoleToken token = checkpoint.roles().get(role);
        return token == null ? OptionalInt.empty() : OptionalInt.of(token.id());
    }

    /** The id of a token as the vocabulary spells it, empty where there is none. */
    public OptionalInt id(String token) {
        int id = engine.id(token);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** How the vocabulary spells the token of an id; null where it has none. */
    public String token(int id) {
        return engine.token(id);
    }

    /** The languages that the model is told by tokens. */
    public Languages languages() {
        return checkpoint.languages();
    }

    /** What the vocabulary writes before a token that goes on with a word, such as ##; empty where it writes nothing. */
    public String continuationPrefix() {
        return engine.continuationPrefix();
    }

    /** Whether decoding takes away blanks before punctuation, so that a text's end depends on what follows. */
    public boolean joinsPunctuation() {
        return checkpoint.cleansUp();
    }

    /** The number of ids, added tokens included: the rows that a model's embedding needs; it may have more. */
    public int vocabularySize() {
        return engine.size();
    }

    /** The most tokens that the model was made for, empty where the files say none. */
    public OptionalInt maxLength() {
        return checkpoint.maxLength() < Integer.MAX_VALUE
                ? OptionalInt.of((int) checkpoint.maxLength())
                : OptionalInt.empty();
    }

    @Override
    public void close() {
        engine.close();
    }
}
