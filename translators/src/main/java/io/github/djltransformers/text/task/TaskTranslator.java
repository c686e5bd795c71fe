package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A {@link TextTask} as DJL's translator, of one input or of an array of them. However many come at once, by
 * {@code batchPredict} or in an array, are sorted by length and read in batches, so that one long text does not pad the
 * others; results are in order.
 *
 * @param <I> what a predictor takes
 * @param <E> what the task takes
 * @param <R> what the task makes
 * @param <O> what a predictor gives
 */
final class TaskTranslator<I, E, R, O> implements Translator<I, O> {
    private static final String REQUEST = "rows";

    private final TextTask<E, R> task;
    private final RowRunner runner;
    private final Function<I, List<E>> parts;
    private final Function<List<R>, O> whole;

    TaskTranslator(TextTask<E, R> task, RowRunner runner, Function<I, List<E>> parts, Function<List<R>, O> whole) {
        this.task = task;
        this.runner = runner;
        this.parts = parts;
        this.whole = whole;
    }

    /** What goes from pre-processing to post-processing: each input's parts, and the rows of each part. */
    private record Request<E>(List<List<E>> parts, List<List<TokenizedText>> rows) {}

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
        List<List<E>> all = new ArrayList<>();
        List<List<TokenizedText>> rows = new ArrayList<>();
        for (I input : inputs) {
            requireGiven(input, "at index " + all.size());
            List<E> some = parts.apply(input);
            for (E part : some) {
                requireGiven(part, "at index " + rows.size());
                rows.add(task.rows(part));
            }
            all.add(some);
        }
        ctx.setAttachment(REQUEST, new Request<>(all, rows));
        return new NDList(); // for which a predictor does not call the block
    }

    private static void requireGiven(Object input, String place) throws TranslateException {
        if (input == null) {
            throw new TranslateException("TaskTranslator: input must be given, got null " + place);
        }
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        @SuppressWarnings("unchecked")
        Request<E> request = (Request<E>) ctx.getAttachment(REQUEST);
        List<float[][]> numbers = runner.run(
                (TransformerBlock) ctx.getBlock(),
                ctx.getNDManager(),
                request.rows.stream().flatMap(List::stream).toList(),
                task::numbers);
        List<O> outputs = new ArrayList<>();
        int part = 0;
        int row = 0;
        for (List<E> some : request.parts) {
            List<R> results = new ArrayList<>();
            for (E each : some) {
                List<TokenizedText> rows = request.rows.get(part);
                results.add(task.result(each, rows, numbers.subList(row, row + rows.size())));
                part++;
                row += rows.size();
            }
            outputs.add(whole.apply(results));
        }
        return outputs;
    }
}
