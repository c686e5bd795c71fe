package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.StreamingWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A {@link TextJob} as DJL's translator, of one input or of an array of them. However many come at once, by
 * {@code batchPredict} or in an array, are the job's together; results are in order.
 *
 * @param <I> what a predictor takes
 * @param <E> what the job takes
 * @param <P> what the job makes of it for the model
 * @param <R> what the job makes
 * @param <O> what a predictor gives
 */
final class TaskTranslator<I, E, P, R, O> implements Translator<I, O> {
    private static final String REQUEST = "rows";

    private final TextJob<E, P, R> job;
    private final Function<I, List<E>> parts;
    private final Function<List<R>, O> whole;

    TaskTranslator(TextJob<E, P, R> job, Function<I, List<E>> parts, Function<List<R>, O> whole) {
        this.job = job;
        this.parts = parts;
        this.whole = whole;
    }

    /** What goes from pre-processing to post-processing: how many parts each input has, all of them, and what is read for each. */
    private record Request<E, P>(List<Integer> counts, List<E> parts, List<P> prepared) {}

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
        Request<E, P> request = new Request<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (I input : inputs) {
            requireGiven(input, "at index " + request.counts.size());
            List<E> some = parts.apply(input);
            for (E part : some) {
                requireGiven(part, "at index " + request.parts.size());
                request.parts.add(part);
                request.prepared.add(prepare(part));
            }
            request.counts.add(some.size());
        }
        ctx.setAttachment(REQUEST, request);
        return new NDList(); // for which a predictor does not call the block
    }

    /** DJL would put the type of an exception of ours before its message. */
    private P prepare(E part) throws TranslateException {
        try {
            return job.prepare(part);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static void requireGiven(Object input, String place) throws TranslateException {
        if (input == null) {
            throw new TranslateException("TaskTranslator: input must be given, got null " + place);
        }
    }

    /** The model, which a predictor that streams holds within another block. */
    static TransformerBlock block(TranslatorContext ctx) {
        return ctx.getBlock() instanceof StreamingWriter writer ? writer.model() : (TransformerBlock) ctx.getBlock();
    }

    /** What a request of one part reads. */
    P prepared(TranslatorContext ctx) {
        return request(ctx).prepared.get(0);
    }

    @SuppressWarnings("unchecked")
    private Request<E, P> request(TranslatorContext ctx) {
        return (Request<E, P>) ctx.getAttachment(REQUEST);
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        Request<E, P> request = request(ctx);
        List<R> results = job.run(block(ctx), ctx.getNDManager(), request.parts, request.prepared);
        List<O> outputs = new ArrayList<>();
        int from = 0;
        for (int count : request.counts) {
            outputs.add(whole.apply(results.subList(from, from + count)));
            from += count;
        }
        return outputs;
    }
}
