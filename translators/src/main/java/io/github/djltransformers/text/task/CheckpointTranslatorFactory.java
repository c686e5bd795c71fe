package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.generate.WritingArguments;
import io.github.djltransformers.text.translate.Translations;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the translator of a checkpoint that {@code CheckpointBlockFactory} loaded, by the types and what the checkpoint was
 * trained for:
 *
 * <table>
 * <caption>Types, which the first six also have as arrays</caption>
 * <tr><th>input</th><th>output</th><th>checkpoint</th><th>arguments</th></tr>
 * <tr><td>String</td><td>float[], the text's vector</td><td>any encoder</td><td>pooling (mean, cls, max, lasttoken),
 *     normalize, prompt (a name in {@code config_sentence_transformers.json}); else as {@code modules.json} says</td></tr>
 * <tr><td>String, or StringPair</td><td>Classifications</td><td>sequence classification; joint classification for
 *     String</td><td>activation (softmax, sigmoid, none), topK, head</td></tr>
 * <tr><td>StringPair</td><td>float[], how well the two go together</td><td>sequence classification</td><td>activation</td></tr>
 * <tr><td>String</td><td>NamedEntity[]</td><td>token or joint classification</td><td>aggregation (see {@link Aggregation}),
 *     stride, head</td></tr>
 * <tr><td>String</td><td>{@link TextAnalysis}, all that it tells</td><td>sequence, token or joint classification</td><td>those of
 *     both</td></tr>
 * <tr><td>QAInput</td><td>{@link Answer}</td><td>question answering</td><td>noAnswer, maxAnswerLength, stride</td></tr>
 * <tr><td>QAInput</td><td>Answer[], the topK best, or String</td><td>question answering</td><td>topK, too</td></tr>
 * <tr><td>String</td><td>Classifications, the words for its one mask, or Classifications[] for several</td><td>masked language
 *     model</td><td>topK</td></tr>
 * <tr><td>ZeroShotClassificationInput</td><td>ZeroShotClassificationOutput</td><td>sequence classification, trained for natural
 *     language inference</td><td></td></tr>
 * <tr><td>String</td><td>{@link GeneratedText}, String or {@link TextStream}, how the text goes on</td><td>causal language
 *     model</td><td>those of writing, fullText (whether String and TextStream begin with the prompt)</td></tr>
 * <tr><td>ChatMessage[]</td><td>GeneratedText, String or TextStream, the answer</td><td>causal language model with a
 *     chat template</td><td>those of writing</td></tr>
 * <tr><td>String</td><td>{@link Translations}, GeneratedText, String or TextStream</td><td>sequence to sequence</td><td>those
 *     of writing, alignments (whether Translations say which words come from which), sourceLanguage, targetLanguage, prefix (put before each text), task (of {@code task_specific_params} in
 *     {@code config.json}, with its prefix)</td></tr>
 * <tr><td>{@link io.github.djltransformers.text.translate.PartialTranslation}</td><td>Translations or String</td><td>sequence
 *     to sequence</td><td>those for String</td></tr>
 * <tr><td>NDList</td><td>NDList</td><td>any</td><td></td></tr>
 * </table>
 *
 * <p>All take {@code maxLength}, the greatest number of tokens of a text, and {@code batchTokens}, how many tokens, padding
 * included, are read side by side. {@code head} names one of a joint
 * classifier's heads, where it has several of the kind. Texts that are longer are cut, but for entities and answers, for which they are read in
 * windows that share {@code stride} tokens. Prompts that are longer are refused. A special token that a text spells is the token for vectors, as in
 * sentence-transformers, for masks, in prompts and for T5 and BART, and else text, unless {@code specialText} (parsed,
 * as_text) says otherwise.
 *
 * <p>What writes takes those of {@link io.github.djltransformers.text.generate.WritingArguments}; {@code promptLookup} (how many tokens) or {@code
 * draftModel} (the directory of a smaller checkpoint, which guesses {@code draftTokens} at a time) guesses ahead without changing
 * what is written (see {@link io.github.djltransformers.decode.Speculation}); else it writes as {@code generation_config.json} says. A
 * {@link TextStream} is written as it is read where it comes from {@code streamingPredict}; its close is the prediction's end.
 */
public final class CheckpointTranslatorFactory implements TranslatorFactory {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointTranslatorFactory.class);

    /** The arguments that a translator may read. */
    public static final List<String> ARGUMENTS = Stream.concat(
                    WritingArguments.NAMES.stream(),
                    Stream.of(
                            "activation",
                            "aggregation",
                            "alignments",
                            "batchTokens",
                            "draftModel",
                            "draftTokens",
                            "fullText",
                            "head",
                            "maxAnswerLength",
                            "maxLength",
                            "noAnswer",
                            "normalize",
                            "pooling",
                            "prefix",
                            "prompt",
                            "promptLookup",
                            "sourceLanguage",
                            "specialText",
                            "stride",
                            "targetLanguage",
                            "task"))
            .sorted()
            .toList();

    /** What DJL itself puts among the arguments. */
    private static final Set<String> OF_DJL = Set.of(
            "application", "batchifier", "blockFactory", "engine", "hasParameter", "modelName", "translatorFactory");

    private final Set<Head> heads;
    private final boolean ofAny;

    /** Makes the factory for any checkpoint; DJL calls this where {@code translatorFactory} names the class. */
    public CheckpointTranslatorFactory() {
        heads = EnumSet.allOf(Head.class);
        ofAny = true;
    }

    /** Makes the factory for checkpoints that were trained for certain things, whose types alone it supports. */
    public CheckpointTranslatorFactory(Head first, Head... others) {
        heads = EnumSet.of(first, others);
        ofAny = false;
    }

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Offers.ALL.stream()
                .filter(offer -> offer.heads().stream().anyMatch(heads::contains))
                .map(Offers.Offer::types)
                .collect(Collectors.toSet());
    }

    /**
     * Where it is for any checkpoint, always but for DJL Serving's types: which of the others a checkpoint has shows when it is
     * loaded, and is told then.
     */
    @Override
    public boolean isSupported(Class<?> input, Class<?> output) {
        return ofAny ? input != Input.class : getSupportedTypes().contains(new Pair<>(input, output));
    }

    /**
     * Makes a translator. Its tokenizer is closed with the model.
     *
     * @throws IllegalArgumentException if the types or the model's head have none, or an argument breaks its rule
     * @throws TranslateException if a file of the checkpoint is missing or damaged
     */
    @Override
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        try {
            TaskModel of = new TaskModel(model, arguments);
            warnOfUnknown(of.given().keySet());
            @SuppressWarnings("unchecked")
            Translator<I, O> translator =
                    (Translator<I, O>) offer(input, output, of).maker().of(of);
            return translator;
        } catch (IOException | MalformedModelException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static Offers.Offer offer(Class<?> input, Class<?> output, TaskModel of) throws MalformedModelException {
        Head head = of.head();
        return Offers.ALL.stream()
                .filter(each -> each.input() == input
                        && each.output() == output
                        && each.heads().contains(head))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Text.format(
                        "CheckpointTranslatorFactory: types of %s, a checkpoint for %s, must be one of %s, got %s",
                        of.directory(),
                        head,
                        Offers.ALL.stream()
                                .filter(each -> each.heads().contains(head))
                                .map(each -> name(each.input(), each.output()))
                                .toList(),
                        name(input, output))));
    }

    private static String name(Class<?> input, Class<?> output) {
        return "(" + input.getSimpleName() + ", " + output.getSimpleName() + ")";
    }

    /** A misspelt argument would be passed over in silence; others may be for whoever else reads them. */
    private static void warnOfUnknown(Set<String> given) {
        Set<String> unknown = new TreeSet<>(given);
        ARGUMENTS.forEach(unknown::remove);
        unknown.removeAll(OF_DJL);
        unknown.removeAll(List.of(CompilationConfig.COMPILE, CompilationConfig.PRECISION, CompilationConfig.WEIGHTS));
        if (!unknown.isEmpty()) {
            LOGGER.warn("Arguments {} are not known here, and are passed over; known are {}", unknown, ARGUMENTS);
        }
    }
}
