package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import ai.djl.util.Pair;
import ai.djl.util.StringPair;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.StreamingWriter;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translation;
import io.github.djltransformers.text.translate.Translations;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which translators checkpoints have: by input, output and what a checkpoint was trained for. */
final class Offers {
    private static final Set<Head> ENCODERS = EnumSet.allOf(Head.class);
    private static final Set<Head> PAIR_CLASSES = EnumSet.of(Head.SEQUENCE_CLASSIFICATION);
    private static final Set<Head> CLASSES = EnumSet.of(Head.SEQUENCE_CLASSIFICATION, Head.JOINT_CLASSIFICATION);
    private static final Set<Head> TAGS = EnumSet.of(Head.TOKEN_CLASSIFICATION, Head.JOINT_CLASSIFICATION);
    private static final Set<Head> CLASSIFIERS =
            EnumSet.of(Head.SEQUENCE_CLASSIFICATION, Head.TOKEN_CLASSIFICATION, Head.JOINT_CLASSIFICATION);
    private static final Set<Head> ANSWERS = EnumSet.of(Head.QUESTION_ANSWERING);
    private static final Set<Head> WORDS = EnumSet.of(Head.MASKED_LM, Head.PRETRAINING);

    private static final Set<Head> PROMPTS = EnumSet.of(Head.CAUSAL_LM);
    private static final Set<Head> SOURCES = EnumSet.of(Head.SEQUENCE_TO_SEQUENCE);

    private static final Function<String, TextInput> TEXT = TextInput::of;
    private static final Function<StringPair, TextInput> PAIR =
            pair -> TextInput.of(pair.getKey()).withPair(pair.getValue());

    /** All, in no order. */
    static final List<Offer> ALL = all();

    /** Makes a task for a model. */
    private interface Maker<E, R> {
        TextJob<E, ?, R> of(TaskModel model) throws IOException, MalformedModelException;
    }

    /** Makes a job that streams, for a model. */
    private interface StreamMaker<E, R> {
        StreamingJob<E, ?, R> of(TaskModel model) throws IOException, MalformedModelException;
    }

    /** Makes a translator for a model. */
    interface TranslatorMaker {
        Translator<?, ?> of(TaskModel model) throws IOException, MalformedModelException;
    }

    /** A translator that checkpoints with one of these heads have. */
    record Offer(Class<?> input, Class<?> output, Set<Head> heads, TranslatorMaker maker) {
        Pair<Type, Type> types() {
            return new Pair<>(input, output);
        }
    }

    private Offers() {}

    private static List<Offer> all() {
        List<Offer> all = new ArrayList<>();
        addBoth(all, String.class, float[].class, ENCODERS, Function.identity(), Tasks::embedding);
        addBoth(all, String.class, Classifications.class, CLASSES, TEXT, Tasks::classification);
        addBoth(all, String.class, TextAnalysis.class, CLASSIFIERS, Function.identity(), Tasks::analysis);
        addBoth(all, StringPair.class, Classifications.class, PAIR_CLASSES, PAIR, Tasks::classification);
        addBoth(all, StringPair.class, float[].class, PAIR_CLASSES, PAIR, Tasks::pairScore);
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
        add(all, String.class, Classifications.class, WORDS, words, Offers::only);
        add(all, String.class, Classifications[].class, WORDS, words, each -> each.toArray(Classifications[]::new));
        add(
                all,
                ZeroShotClassificationInput.class,
                ZeroShotClassificationOutput.class,
                PAIR_CLASSES,
                Tasks::zeroShot,
                Function.identity());
        addWriters(all);
        all.add(new Offer(NDList.class, NDList.class, ENCODERS, model -> new NoopTranslator()));
        return List.copyOf(all);
    }

    private static void addWriters(List<Offer> all) {
        addBoth(all, String.class, GeneratedText.class, PROMPTS, Function.identity(), Tasks::continuation);
        addBoth(
                all,
                String.class,
                String.class,
                PROMPTS,
                Function.identity(),
                Tasks::continuation,
                GeneratedText::text);
        addStream(all, String.class, PROMPTS, Tasks::continuation, Function.identity());
        add(all, ChatMessage[].class, GeneratedText.class, PROMPTS, Tasks::answerToChat, Function.identity());
        add(all, ChatMessage[].class, String.class, PROMPTS, Tasks::answerToChat, GeneratedText::text);
        addStream(all, ChatMessage[].class, PROMPTS, Tasks::answerToChat, Function.identity());
        addBoth(
                all,
                String.class,
                Translations.class,
                SOURCES,
                Function.identity(),
                Tasks::translation,
                Offers::ranked);
        addBoth(
                all,
                String.class,
                String.class,
                SOURCES,
                Function.identity(),
                Tasks::translation,
                found -> found.get(0).text().text());
        addBoth(
                all,
                String.class,
                GeneratedText.class,
                SOURCES,
                Function.identity(),
                Tasks::translation,
                found -> found.get(0).text());
        addStream(
                all,
                String.class,
                SOURCES,
                Tasks::translation,
                found -> found.get(0).text());
        Maker<PartialTranslation, List<SourceJob.Found>> completion = Tasks::completion;
        add(all, PartialTranslation.class, Translations.class, SOURCES, completion, Offers::ranked);
        add(
                all,
                PartialTranslation.class,
                String.class,
                SOURCES,
                completion,
                found -> found.get(0).text().text());
    }

    private static Translations ranked(List<SourceJob.Found> found) {
        return new Translations(found.stream()
                .map(each -> new Translation(
                        each.text().text(),
                        each.text().score(),
                        each.text().logProbability(),
                        each.text().finishReason(),
                        each.alignment()))
                .toList());
    }

    private static <E, R> void addStream(
            List<Offer> offers,
            Class<E> input,
            Set<Head> heads,
            StreamMaker<E, R> maker,
            Function<R, GeneratedText> of) {
        offers.add(new Offer(input, TextStream.class, heads, model -> streaming(model, maker.of(model), of)));
    }

    private static <E, P, R> Translator<E, TextStream> streaming(
            TaskModel model, StreamingJob<E, P, R> job, Function<R, GeneratedText> of) {
        // A predictor streams only with a block that says it can.
        model.model()
                .setBlock(new StreamingWriter((TransformerBlock) model.model().getBlock()));
        return new StreamTranslator<>(
                job, translator(job, (E each) -> List.of(each), results -> TextStream.of(of.apply(results.get(0)))));
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
        addBoth(offers, input, output, heads, read, maker, Function.identity());
    }

    /** One input, or an array of them, with what is taken of each result. */
    private static <I, E, R, O> void addBoth(
            List<Offer> offers,
            Class<I> input,
            Class<O> output,
            Set<Head> heads,
            Function<I, E> read,
            Maker<E, R> maker,
            Function<R, O> of) {
        offers.add(new Offer(
                input,
                output,
                heads,
                model -> translator(
                        maker.of(model), (I each) -> List.of(read.apply(each)), results -> of.apply(results.get(0)))));
        offers.add(new Offer(
                input.arrayType(),
                output.arrayType(),
                heads,
                model -> translator(
                        maker.of(model),
                        (I[] all) -> Arrays.stream(all)
                                .map(each -> each == null ? null : read.apply(each))
                                .toList(),
                        results -> array(output, results.stream().map(of).toList()))));
    }

    /** Names the type of what a job reads, which nobody else needs to know. */
    private static <I, E, P, R, O> Translator<I, O> translator(
            TextJob<E, P, R> job, Function<I, List<E>> parts, Function<List<R>, O> whole) {
        return new TaskTranslator<>(job, parts, whole);
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
        offers.add(new Offer(
                input,
                output,
                heads,
                model -> translator(maker.of(model), (E each) -> List.of(each), results -> of.apply(results.get(0)))));
    }
}
