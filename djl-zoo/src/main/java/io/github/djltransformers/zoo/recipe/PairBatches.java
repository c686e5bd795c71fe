package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.run.BatchSource;
import io.github.djltransformers.run.TrainingBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Pairs in batches of so many, of like lengths, which are also harder to tell from each other. Each epoch has other ones; pairs
 * that are left over at its end are left out.
 */
final class PairBatches implements BatchSource {
    /** How many batches of pairs are sorted together. */
    private static final int POOL = 16;

    private final List<int[]> sources;
    private final List<int[]> targets;
    private final int padding;
    private final int pairs;
    private final long seed;

    PairBatches(List<int[]> sources, List<int[]> targets, int padding, int pairs, long seed) {
        this.sources = sources;
        this.targets = targets;
        this.padding = padding;
        this.pairs = pairs;
        this.seed = seed;
    }

    @Override
    public BatchCursor open(long epoch, long skip) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, sources.size()).boxed().toList());
        Collections.shuffle(order, random);
        for (int from = 0; from < order.size(); from += POOL * pairs) {
            order.subList(from, Math.min(order.size(), from + POOL * pairs))
                    .sort(Comparator.comparingInt(place -> sources.get(place).length + targets.get(place).length));
        }
        List<List<Integer>> batches = new ArrayList<>();
        for (int from = 0; from + pairs <= order.size(); from += pairs) {
            batches.add(order.subList(from, from + pairs));
        }
        Collections.shuffle(batches, random);
        return new BatchCursor() {
            private int next = Math.toIntExact(skip);

            @Override
            public boolean hasNext() {
                return next < batches.size();
            }

            @Override
            public TrainingBatch next() {
                return new Batch(batches.get(next++));
            }

            @Override
            public void close() {}
        };
    }

    /** The ids of texts, and a mask where their lengths differ. */
    static NDList inputs(NDManager manager, List<int[]> texts, int padding) {
        TokenRows rows = TokenRows.of(texts, padding);
        NDArray keep = rows.keepMask(manager);
        return keep == null ? new NDList(rows.ids(manager)) : new NDList(rows.ids(manager), keep);
    }

    private final class Batch implements TrainingBatch {
        private final List<Integer> places;

        Batch(List<Integer> places) {
            this.places = places;
        }

        /** First all sources, then all targets. */
        @Override
        public NDList data(NDManager manager) {
            List<int[]> texts = new ArrayList<>();
            places.forEach(place -> texts.add(sources.get(place)));
            places.forEach(place -> texts.add(targets.get(place)));
            return inputs(manager, texts, padding);
        }

        @Override
        public NDList labels(NDManager manager) {
            return new NDList();
        }

        @Override
        public long tokens() {
            return places.size();
        }
    }
}
