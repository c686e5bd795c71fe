package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.run.BatchSource;
import io.github.djltransformers.run.TrainingBatch;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Texts as tokens, with labels, in batches of like lengths. Each epoch has other ones: texts are shuffled,
 * and only those that come near each other are sorted.
 */
final class LabelledTexts implements BatchSource {
    /** How many texts are sorted together. */
    private static final int POOL = 2048;

    private final List<int[]> texts;
    private final Labels labels;
    private final int maximumTokens;
    private final long seed;
    private final double excerpts;

    /**
     * @param texts at least one token each
     * @param labels of them
     */
    LabelledTexts(List<int[]> texts, Labels labels, int maximumTokens, long seed) {
        this(texts, labels, maximumTokens, seed, 0);
    }

    private LabelledTexts(List<int[]> texts, Labels labels, int maximumTokens, long seed, double excerpts) {
        this.texts = texts;
        this.labels = labels;
        this.maximumTokens = maximumTokens;
        this.seed = seed;
        this.excerpts = excerpts;
    }

    /**
     * The same of which each epoch sees some texts in part: a run of tokens, any run as likely as another of its length, any
     * length as likely as another. For labels of whole texts.
     *
     * @param share of the texts
     */
    LabelledTexts withExcerpts(double share) {
        return new LabelledTexts(texts, labels, maximumTokens, seed, share);
    }

    /** What is to be told of texts. */
    interface Labels {
        /**
         * The labels of some texts.
         *
         * @param places of the texts
         * @param length of the longest of them, in tokens
         */
        NDArray of(NDManager manager, int[] places, int length);

        /** How many labels count. */
        long count(int... places);
    }

    @Override
    public BatchCursor open(long epoch, long skip) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        Collections.shuffle(order, random);
        List<int[]> seen = texts.stream().map(text -> seen(text, random)).toList();
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < order.size(); from += POOL) {
            batches.addAll(batches(seen, order.subList(from, Math.min(order.size(), from + POOL))));
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
                return new Batch(seen, batches.get(next++));
            }

            @Override
            public void close() {}
        };
    }

    private int[] seen(int[] text, Random random) {
        if (excerpts == 0 || random.nextDouble() >= excerpts) {
            return text;
        }
        int length = 1 + random.nextInt(text.length);
        int from = random.nextInt(text.length - length + 1);
        return Arrays.copyOfRange(text, from, from + length);
    }

    /** All texts, in batches. */
    List<int[]> all() {
        return batches(texts, IntStream.range(0, texts.size()).boxed().toList());
    }

    private List<int[]> batches(List<int[]> rows, List<Integer> places) {
        int[] lengths =
                places.stream().mapToInt(place -> rows.get(place).length).toArray();
        return LengthBatches.of(lengths, maximumTokens, true).stream()
                .map(batch -> Arrays.stream(batch).map(places::get).toArray())
                .toList();
    }

    /** The ids of texts, and a mask where their lengths differ. */
    NDList inputs(NDManager manager, int... places) {
        return inputs(manager, texts, places);
    }

    private static NDList inputs(NDManager manager, List<int[]> texts, int... places) {
        TokenRows rows = TokenRows.of(Arrays.stream(places).mapToObj(texts::get).toList(), SpecialToken.PADDING.id());
        NDArray keep = rows.keepMask(manager);
        return keep == null ? new NDList(rows.ids(manager)) : new NDList(rows.ids(manager), keep);
    }

    private final class Batch implements TrainingBatch {
        private final List<int[]> seen;
        private final int[] places;

        Batch(List<int[]> seen, int... places) {
            this.seen = seen;
            this.places = places;
        }

        @Override
        public NDList data(NDManager manager) {
            return inputs(manager, seen, places);
        }

        @Override
        public NDList labels(NDManager manager) {
            int length = Arrays.stream(places)
                    .map(place -> seen.get(place).length)
                    .max()
                    .orElseThrow();
            return new NDList(labels.of(manager, places, length));
        }

        @Override
        public long tokens() {
            return labels.count(places);
        }
    }
}
