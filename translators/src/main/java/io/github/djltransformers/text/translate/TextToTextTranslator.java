package io.github.djltransformers.text.translate;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Translates texts with a model whose block is an {@link EncoderDecoderTransformer}, by beam search.
 *
 * <p>Any text will do. A blank one gives an empty text without asking the model; one that is too long is cut or refused,
 * as {@link TranslationConfig#tooLong} says. What a text gets does not depend on the others of its batch. Texts of one
 * {@code batchPredict} are translated together.
 *
 * <p>A search takes many passes through the model, so that it happens in the post-processing; the predictor itself passes
 * nothing through the block. The model can be in training: its parameters are only read.
 *
 * @param <I> String or {@link PartialTranslation}, or String[] for several texts
 * @param <O> String or {@link Translations}, or an array of these
 */
public final class TextToTextTranslator<I, O> implements Translator<I, O> {
    private static final String REQUEST = TextToTextTranslator.class.getName();

    private final TextToText textToText;
    private final Function<I, List<PartialTranslation>> texts;
    private final Function<List<Translations>, O> result;

    private TextToTextTranslator(
            TextToText textToText,
            Function<I, List<PartialTranslation>> texts,
            Function<List<Translations>, O> result) {
        this.textToText = textToText;
        this.texts = texts;
        this.result = result;
    }

    /**
     * Makes a translator from a text to its best translation.
     *
     * @param tokenizer of source and target; remains the caller's
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException if the tokenizer lacks a special token
     */
    public static TextToTextTranslator<String, String> best(TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config),
                TextToTextTranslator::single,
                all -> all.get(0).best().text());
    }

    /**
     * Makes a translator from a text to its {@code nBest} best translations with scores.
     *
     * @param tokenizer as in {@link #best}
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException as {@link #best}
     */
    public static TextToTextTranslator<String, Translations> ranked(TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config),
                TextToTextTranslator::single,
                all -> all.get(0));
    }

    /**
     * Makes a translator that goes on with a beginning of a translation, and gives the best whole one.
     *
     * @param tokenizer as in {@link #best}
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException as {@link #best}
     */
    public static TextToTextTranslator<PartialTranslation, String> bestCompletion(
            TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config),
                Arrays::asList,
                all -> all.get(0).best().text());
    }

    /**
     * Makes a translator that goes on with a beginning of a translation, and gives the best whole ones with scores.
     *
     * @param tokenizer as in {@link #best}
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException as {@link #best}
     */
    public static TextToTextTranslator<PartialTranslation, Translations> rankedCompletions(
            TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config), Arrays::asList, all -> all.get(0));
    }

    /**
     * Makes a translator from texts to the best translation of each.
     *
     * @param tokenizer as in {@link #best}
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException as {@link #best}
     */
    public static TextToTextTranslator<String[], String[]> bestOfEach(
            TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config),
                TextToTextTranslator::several,
                all -> all.stream().map(one -> one.best().text()).toArray(String[]::new));
    }

    /**
     * Makes a translator from texts to the best translations of each with scores.
     *
     * @param tokenizer as in {@link #best}
     * @param config how to translate
     * @return the translator
     * @throws IllegalArgumentException as {@link #best}
     */
    public static TextToTextTranslator<String[], Translations[]> rankedOfEach(
            TextTokenizer tokenizer, TranslationConfig config) {
        return new TextToTextTranslator<>(
                new TextToText(new Vocabulary(tokenizer, config.markers()), config),
                TextToTextTranslator::several,
                all -> all.toArray(Translations[]::new));
    }

    /** List.of would refuse null before its place can be told. */
    private static List<PartialTranslation> single(String text) {
        return several(text);
    }

    private static List<PartialTranslation> several(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text == null ? null : PartialTranslation.of(text))
                .collect(Collectors.toList());
    }

    @Override
    public void prepare(TranslatorContext ctx) throws TranslateException {
        model(ctx);
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws TranslateException {
        return batchProcessInput(ctx, Arrays.asList(input));
    }

    @Override
    public O processOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        return batchProcessOutput(ctx, list).get(0);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws TranslateException {
        List<PartialTranslation> all = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (I input : inputs) {
            List<PartialTranslation> some = input == null ? single(null) : texts.apply(input);
            all.addAll(some);
            counts.add(some.size());
        }
        ctx.setAttachment(REQUEST, new Request(textToText.encode(all, model(ctx)), counts));
        return new NDList(); // for which a predictor does not call the block
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        Request request = (Request) ctx.getAttachment(REQUEST);
        List<Translations> all = textToText.translate(model(ctx), ctx.getNDManager(), request.inputs);
        List<O> outputs = new ArrayList<>();
        int from = 0;
        for (int count : request.counts) {
            outputs.add(result.apply(all.subList(from, from + count)));
            from += count;
        }
        return outputs;
    }

    private static EncoderDecoderTransformer model(TranslatorContext ctx) throws TranslateException {
        Block block = ctx.getBlock();
        if (block instanceof EncoderDecoderTransformer transformer) {
            return transformer;
        }
        throw new TranslateException(
                "TextToTextTranslator: the model's block must be an EncoderDecoderTransformer, got "
                        + (block == null ? "none" : block.getClass().getName()));
    }

    /**
     * What goes from pre-processing to post-processing.
     *
     * @param inputs the ids of all texts
     * @param counts how many texts each input has
     */
    private record Request(List<TextToText.Ids> inputs, List<Integer> counts) {}
}
