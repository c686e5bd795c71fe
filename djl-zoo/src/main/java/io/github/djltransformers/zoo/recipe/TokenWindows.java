package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.run.BatchSource;
import io.github.djltransformers.run.TrainingBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A long text cut into rows of one length, to be read and, one token later, written. Each epoch cuts at other places and takes
 * the rows in another order, both drawn from seed and epoch.
 */
final class TokenWindows implements BatchSource {
    private final int[] text;
    private final LanguageModelRecipe.Batching batching;
    private final long seed;

    TokenWindows(int[] text, LanguageModelRecipe.Batching batching, long seed) {
        this.text = text;
        this.batching = batching;
        this.seed = seed;
    }

    @Override
    public BatchCursor open(long epoch, long skip) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        List<Integer> starts = starts(random.nextInt(batching.tokens()));
        Collections.shuffle(starts, random);
        int batches = starts.size() / batching.rows();
        return new BatchCursor() {
            private int next = Math.toIntExact(skip);

            @Override
            public boolean hasNext() {
                return next < batches;
            }

            @Override
            public TrainingBatch next() {
                int from = next++ * batching.rows();
                return batch(starts.subList(from, from + batching.rows()));
            }

            @Override
            public void close() {}
        };
    }

    /** All rows in order, from the first token, the last batch perhaps with fewer. */
    List<TrainingBatch> inOrder() {
        List<Integer> starts = starts(0);
        List<TrainingBatch> batches = new ArrayList<>();
        for (int from = 0; from < starts.size(); from += batching.rows()) {
            batches.add(batch(starts.subList(from, Math.min(starts.size(), from + batching.rows()))));
        }
        return batches;
    }

    private List<Integer> starts(int first) {
        List<Integer> starts = new ArrayList<>();
        for (int start = first; start + batching.tokens() < text.length; start += batching.tokens()) {
            starts.add(start);
        }
        return starts;
    }

    private TrainingBatch batch(List<Integer> starts) {
        return new TrainingBatch() {
            @Override
            public NDList data(NDManager manager) {
                return tokens(manager, 0);
            }

            @Override
            public NDList labels(NDManager manager) {
                return tokens(manager, 1);
            }

            @Override
            public long tokens() {
                return (long) starts.size() * batching.tokens();
            }

            private NDList tokens(NDManager manager, int later) {
                long[] ids = new long[starts.size() * batching.tokens()];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = text[starts.get(i / batching.tokens()) + i % batching.tokens() + later];
                }
                return new NDList(HostArrays.of(manager, ids, new Shape(starts.size(), batching.tokens())));
            }
        };
    }
}
