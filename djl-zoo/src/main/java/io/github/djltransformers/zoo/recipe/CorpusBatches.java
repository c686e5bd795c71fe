package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.run.BatchSource;
import io.github.djltransformers.run.TrainingBatch;
import io.github.djltransformers.text.data.BatchConfig;
import io.github.djltransformers.text.data.PrefetchingBatches;
import io.github.djltransformers.text.data.SequenceMarkers;
import io.github.djltransformers.text.data.TokenBatch;
import io.github.djltransformers.text.data.TokenBatches;
import io.github.djltransformers.text.data.TokenizedCorpus;

/** A corpus as a training run takes it: prepared ahead on a thread of its own. */
final class CorpusBatches implements BatchSource {
    private static final int AHEAD = 8;

    private final TokenBatches batches;

    CorpusBatches(TokenizedCorpus corpus, TranslationRecipe.Batching batching, long seed) {
        batches = new TokenBatches(
                corpus.pairs(), BatchConfig.of(batching.maximumTokens(), seed), SequenceMarkers.STANDARD);
    }

    @Override
    public BatchCursor open(long epoch, long skip) {
        PrefetchingBatches ahead =
                new PrefetchingBatches(batches.epoch(Math.toIntExact(epoch)).from(Math.toIntExact(skip)), AHEAD);
        return new BatchCursor() {
            @Override
            public boolean hasNext() {
                return ahead.hasNext();
            }

            @Override
            public TrainingBatch next() {
                return new Step(ahead.next());
            }

            @Override
            public void close() {
                ahead.close();
            }
        };
    }

    private record Step(TokenBatch batch) implements TrainingBatch {
        @Override
        public NDList data(NDManager manager) {
            return batch.data(manager);
        }

        @Override
        public NDList labels(NDManager manager) {
            return batch.labels(manager);
        }

        @Override
        public long tokens() {
            return batch.targetTokens();
        }
    }
}
