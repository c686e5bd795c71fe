package io.github.djltransformers.text.task;

import ai.djl.inference.streaming.StreamingTranslator;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.djltransformers.text.generate.TextStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * A {@link StreamingJob} as DJL's streaming translator: {@code streamingPredict} gives a text that is written as it is read,
 * {@code predict} one that is written already.
 *
 * @param <I> what a predictor takes
 */
final class StreamTranslator<I, P> implements StreamingTranslator<I, TextStream> {
    private final StreamingJob<I, P, ?> job;
    private final TaskTranslator<I, I, P, ?, TextStream> whole;

    <R> StreamTranslator(StreamingJob<I, P, R> job, Translator<I, TextStream> whole) {
        this.job = job;
        @SuppressWarnings("unchecked")
        TaskTranslator<I, I, P, ?, TextStream> own = (TaskTranslator<I, I, P, ?, TextStream>) whole;
        this.whole = own;
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws TranslateException {
        return whole.processInput(ctx, input);
    }

    @Override
    public TextStream processOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        return whole.processOutput(ctx, list);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<I> inputs) throws TranslateException {
        return whole.batchProcessInput(ctx, inputs);
    }

    @Override
    public List<TextStream> batchProcessOutput(TranslatorContext ctx, NDList list) throws TranslateException {
        return whole.batchProcessOutput(ctx, list);
    }

    @Override
    public Support getSupport() {
        return Support.ITERATIVE;
    }

    /**
     * @param stream of the block, which is not looked at but closed with the text: closing it frees what the prediction holds
     */
    @Override
    public StreamOutput<TextStream> processStreamOutput(TranslatorContext ctx, Stream<NDList> stream) {
        return new Output(ctx, stream);
    }

    private final class Output extends StreamOutput<TextStream> {
        private final TranslatorContext ctx;
        private final Stream<NDList> stream;

        Output(TranslatorContext ctx, Stream<NDList> stream) {
            this.ctx = ctx;
            this.stream = stream;
        }

        @Override
        public TextStream getIterativeOutputInternal() {
            NDManager manager = ctx.getNDManager();
            try {
                return job.stream(TaskTranslator.block(ctx), manager, whole.prepared(ctx), stream::close);
            } catch (RuntimeException e) {
                stream.close();
                throw e;
            }
        }

        @Override
        protected TextStream buildAsyncOutput() {
            throw new UnsupportedOperationException(
                    "StreamTranslator: output must be iterative, got a wish for an" + " asynchronous one");
        }

        @Override
        protected void computeAsyncOutputInternal(TextStream output) {
            buildAsyncOutput();
        }
    }
}
