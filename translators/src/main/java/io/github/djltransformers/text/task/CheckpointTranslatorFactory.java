package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import ai.djl.util.StringPair;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.tokenizer.TextInput;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the translator of a checkpoint that {@code CheckpointBlockFactory} loaded, by the types and what the checkpoint was
 * trained for:
 *
 * <table>
 * <caption>Types, which the first five also have as arrays</caption>
 * <tr><th>input</th><th>output</th><th>checkpoint</th><th>arguments</th></tr>
 * <tr><td>String</td><td>float[], the text's vector</td><td>any encoder</td><td>pooling (mean, cls, max, lasttoken),
 *     normalize, prompt (a name in {@code config_sentence_transformers.json}); else as {@code modules.json} says</td></tr>
 * <tr><td>String, or StringPair</td><td>Classifications</td><td>sequence classification</td><td>activation (softmax, sigmoid,
 *     none), topK</td></tr>
 * <tr><td>StringPair</td><td>float[], how well the two go together</td><td>sequence classification</td><td>activation</td></tr>
 * <tr><td>String</td><td>NamedEntity[]</td><td>token classification</td><td>aggregation (see {@link Aggregation}),
 *     stride</td></tr>
 * <tr><td>QAInput</td><td>{@link Answer}</td><td>question answering</td><td>noAnswer, maxAnswerLength, stride</td></tr>
 * <tr><td>QAInput</td><td>Answer[], the topK best, or String</td><td>question answering</td><td>topK, too</td></tr>
 * <tr><td>String</td><td>Classifications, the words for its one mask, or Classifications[] for several</td><td>masked language
 *     model</td><td>topK</td></tr>
 * <tr><td>ZeroShotClassificationInput</td><td>ZeroShotClassificationOutput</td><td>sequence classification, trained for natural
 *     language inference</td><td></td></tr>
 * <tr><td>NDList</td><td>NDList</td><td>any</td><td></td></tr>
 * </table>
 *
 * <p>All take {@code maxLength}, the greatest number of tokens of a text, and {@code batchTokens}, how many tokens, padding
 * included, are read side by side. Texts that are longer are cut, but for entities and answers, for which they are read in
 * windows that share {@code stride} tokens. A special token that a text spells is the token for vectors, as in
 * sentence-transformers, and for masks, and else text, unless {@code specialText} (parsed, as_text) says otherwise.
 */
public final class CheckpointTranslatorFactory implements TranslatorFactory {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointTranslatorFactory.class);

    /** The arguments that a translator may read. */
    public static final List<String> ARGUMENTS = List.of(
            "activation",
            "aggregation",
            "batchTokens",
            "maxAnswerLength",
            "maxLength",
            "noAnswer",
            "normalize",
            "pooling",
            "prompt",
            "specialText",
            "stride",
            "topK");

    /** What DJL itself puts among the arguments. */
    private static final Set<String> OF_DJL = Set.of(
            "application", "batchifier", "blockFactory", "engine", "hasParameter", "modelName", "translatorFactory");

    private static final Set<Head> ENCODERS = EnumSet.allOf(Head.class);
    private static final Set<Head> CLASSES = EnumSet.of(Head.SEQUENCE_CLASSIFICATION);
    private static final Set<Head> TAGS = EnumSet.of(Head.TOKEN_CLASSIFICATION);
    private static final Set<Head> ANSWERS = EnumSet.of(Head.QUESTION_ANSWERING);
    private static final Set<Head> WORDS = EnumSet.of(Head.MASKED_LM, Head.PRETRAINING);

    private static final Function<String, TextInput> TEXT = TextInput::of;
    private static final Function<StringPair, TextInput> PAIR =
            pair -> TextInput.of(pair.getKey()).withPair(pair.getValue());

    private static final List<Offer> OFFERS = offers();

    /** Makes a task for a model. */
    private interface Maker<E, R> {
        Tasks.Ready<E, R> of(TaskModel model) throws IOException, MalformedModelException;
    }

    /** Makes a translator for a model. */
    private interface TranslatorMaker {
        Translator<?, ?> of(TaskModel model) throws IOException, MalformedModelException;
    }

    /** A translator that checkpoints with one of these heads have. */
    private record Offer(Class<?> input, Class<?> output, Set<Head> heads, TranslatorMaker maker) {
        Pair<Type, Type> types() {
            return new Pair<>(input, output);
        }
    }

    /** Makes the factory; DJL calls this where {@code translatorFactory} names the class. */
    public CheckpointTranslatorFactory() {}

    private static List<Offer> offers() {
        List<Offer> all = new ArrayList<>();
        addBoth(all, String.class, float[].class, ENCODERS, Function.identity(), Tasks::embedding);
        addBoth(all, String.class, Classifications.class, CLASSES, TEXT, Tasks::classification);
        addBoth(all, StringPair.class, Classifications.class, CLASSES, PAIR, Tasks::classification);
        addBoth(all, StringPair.class, float[].class, CLASSES, PAIR, Tasks::pairScore);
        addBoth(all, String.class, NamedEntity[].class, TAGS, Function.identity(), Tasks::tagging);
        Maker<QAInput, List<Answer>> answer = Tasks::answer;
        add(all, QAInput.class, Answer.class, ANSWERS, answer, answers -> answers.get(0));
        add(all, QAInput.class, Answer[].class, ANSWERS, answer, answers -> answers.toArray(Answer[]::new));
        add(
                all,
                QAInput.class,
                String.class,
                ANSWERS,
                answer,
                answers -> answers.get(0).text());
        Maker<String, List<Classifications>> words = Tasks::fillMask;
        add(all, String.class, Classifications.class, WORDS, words, CheckpointTranslatorFactory::only);
        add(all, String.class, Classifications[].class, WORDS, words, each -> each.toArray(Classifications[]::new));
        add(
                all,
                ZeroShotClassificationInput.class,
                ZeroShotClassificationOutput.class,
                CLASSES,
                Tasks::zeroShot,
                Function.identity());
        all.add(new Offer(NDList.class, NDList.class, ENCODERS, model -> new NoopTranslator()));
        return List.copyOf(all);
    }

    private static Classifications only(List<Classifications> masks) {
        if (masks.size() != 1) {
            throw new IllegalArgumentException("CheckpointTranslatorFactory: text must have one mask for an output of"
                    + " type Classifications, got " + masks.size() + "; ask for Classifications[]");
        }
        return masks.get(0);
    }

    /** One input, or an array of them. */
    private static <I, E, R> void addBoth(
            List<Offer> offers,
            Class<I> input,
            Class<R> output,
            Set<Head> heads,
            Function<I, E> read,
            Maker<E, R> maker) {
        offers.add(new Offer(input, output, heads, model -> {
            Tasks.Ready<E, R> ready = maker.of(model);
            return new TaskTranslator<I, E, R, R>(
                    ready.task(), ready.runner(), each -> List.of(read.apply(each)), results -> results.get(0));
        }));
        offers.add(new Offer(input.arrayType(), output.arrayType(), heads, model -> {
            Tasks.Ready<E, R> ready = maker.of(model);
            return new TaskTranslator<I[], E, R, R[]>(
                    ready.task(),
                    ready.runner(),
                    all -> Arrays.stream(all)
                            .map(each -> each == null ? null : read.apply(each))
                            .toList(),
                    results -> array(output, results));
        }));
    }

    @SuppressWarnings("unchecked")
    private static <R> R[] array(Class<R> type, List<R> results) {
        return results.toArray((R[]) Array.newInstance(type, results.size()));
    }

    private static <E, R, O> void add(
            List<Offer> offers,
            Class<E> input,
            Class<O> output,
            Set<Head> heads,
            Maker<E, R> maker,
            Function<R, O> of) {
        offers.add(new Offer(input, output, heads, model -> {
            Tasks.Ready<E, R> ready = maker.of(model);
            return new TaskTranslator<E, E, R, O>(
                    ready.task(), ready.runner(), List::of, results -> of.apply(results.get(0)));
        }));
    }

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return OFFERS.stream().map(Offer::types).collect(Collectors.toSet());
    }

    /** Always but for DJL Serving's types: which of the others a checkpoint has shows when it is loaded, and is told then. */
    @Override
    public boolean isSupported(Class<?> input, Class<?> output) {
        return input != Input.class;
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

    private static Offer offer(Class<?> input, Class<?> output, TaskModel of) throws MalformedModelException {
        Head head = of.head();
        return OFFERS.stream()
                .filter(each -> each.input() == input
                        && each.output() == output
                        && each.heads().contains(head))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Text.format(
                        "CheckpointTranslatorFactory: types of %s, a checkpoint for %s, must be one of %s, got %s",
                        of.directory(),
                        head,
                        OFFERS.stream()
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
