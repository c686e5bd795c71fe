package io.github.djltransformers.text.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.OutputTooBigException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.github.djltransformers.Text;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jinjava.javax.el.CompositeELResolver;

/**
 * A template that writes a conversation as a model learnt it: Jinja as Hugging Face transformers render it, by HubSpot's
 * Jinjava.
 *
 * <p>A template comes with a model, from a stranger. It sees the conversation and nothing else: no class, file or other
 * template; of methods and filters those that are listed; and it ends, within {@value #MAX_OUTPUT} characters and a few
 * seconds. A construct that is not supported is an error that names it, never a text that lacks something.
 */
public final class ChatTemplate {
    private static final int MAX_OUTPUT = 4_000_000;
    private static final int MAX_COLLECTION = 100_000;
    private static final Duration MOST_TIME = Duration.ofSeconds(5);
    private static final Jinjava JINJA = jinja();

    private final String source;

    /**
     * Takes a template.
     *
     * @param source in Jinja
     * @throws IllegalArgumentException if it uses a tag, filter or test that is not supported, naming it
     */
    public ChatTemplate(String source) {
        TemplateConstructs.check(source);
        this.source = TemplateSource.forEngine(source);
    }

    private static Jinjava jinja() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new JinjavaListELResolver(false));
        resolver.add(new TypeConvertingMapELResolver(false));
        resolver.add(new PythonResolver());
        LegacyOverrides likePython = LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .withHandleBackslashInQuotesOnly(true)
                .build();
        Jinjava jinja = new Jinjava(JinjavaConfig.newBuilder()
                .withLocale(Locale.ROOT)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(MAX_OUTPUT)
                .withMaxStringLength(MAX_OUTPUT)
                .withMaxListSize(MAX_COLLECTION)
                .withMaxMapSize(MAX_COLLECTION)
                .withRangeLimit(MAX_COLLECTION)
                .withDisabled(Map.of(Library.TAG, Set.of("include", "import", "from", "extends", "autoescape")))
                .withElResolver(resolver)
                .withLegacyOverrides(likePython)
                .withNodePreProcessor(
                        (node, interpreter) -> TemplateRun.current().goOn())
                .build());
        jinja.setResourceLocator((name, encoding, interpreter) -> {
            throw new IllegalStateException("a template reads no other");
        });
        jinja.getGlobalContext()
                .registerFunction(new ELFunctionDefinition(
                        "", "raise_exception", TemplateRun.class, "raiseException", Object.class));
        jinja.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "strftime_now", TemplateRun.class, "timeNow", String.class));
        return jinja;
    }

    /**
     * Writes a conversation.
     *
     * @param messages what was said, oldest first
     * @param answering whether the beginning of an answer follows, for the model to go on
     * @param variables what else the template may ask for, such as {@code bos_token}; values are texts, numbers, booleans, and
     *     lists and maps of these
     * @return the text, special tokens spelt out
     * @throws IllegalArgumentException if the template refuses the conversation, saying why, or cannot be rendered
     */
    public String render(List<ChatMessage> messages, boolean answering, Map<String, ?> variables) {
        Map<String, Object> context = new HashMap<>(variables);
        context.put("messages", messages.stream().map(ChatTemplate::fields).toList());
        context.put("add_generation_prompt", answering);
        try (TemplateRun run = TemplateRun.start(MOST_TIME)) {
            RenderResult result;
            try {
                result = JINJA.renderForResult(source, context);
            } catch (OutputTooBigException e) {
                throw refused(Text.format("write at most %d characters", MAX_OUTPUT), "more", e);
            } catch (StackOverflowError e) {
                throw refused("nest no deeper than Java's stack", "more", e);
            }
            if (run.refusal() != null) {
                throw new IllegalArgumentException(
                        "ChatTemplate: messages must suit the template, which says: " + run.refusal());
            }
            if (run.isExpired()) {
                throw refused(Text.format("end within %d seconds", MOST_TIME.toSeconds()), "one that goes on", null);
            }
            Optional<TemplateError> error = result.getErrors().stream()
                    .filter(each -> each.getSeverity() == ErrorType.FATAL)
                    .findFirst();
            if (error.isPresent()) {
                throw refused(
                        "use what is supported of Jinja",
                        Text.format(
                                "line %d: %s",
                                error.get().getLineno(), error.get().getMessage()),
                        error.get().getException());
            }
            return result.getOutput();
        }
    }

    /** Jinja's own context wants maps that can be changed. */
    private static Map<String, Object> fields(ChatMessage message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", message.role());
        fields.put("content", message.content());
        return fields;
    }

    private static IllegalArgumentException refused(String rule, String actual, Throwable cause) {
        return new IllegalArgumentException("ChatTemplate: template must " + rule + ", got " + actual, cause);
    }
}
