package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.run.BatchSource;
import io.github.djltransformers.run.TrainingBatch;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
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

    /** How many texts are encoded together. */
    private static final int AT_ONCE = 4096;

    private final List<int[]> texts;
    private final List<List<int[]>> labels;
    private final Form form;
    private final long seed;
    private final Noise noise;

    private LabelledTexts(List<int[]> texts, List<List<int[]>> labels, Form form, long seed, Noise noise) {
        this.texts = texts;
        this.labels = labels;
        this.form = form;
        this.seed = seed;
        this.noise = noise;
    }

    /**
     * What is made of texts.
     *
     * @param heads what is to be told of them
     * @param maxTokens longer ones are cut
     * @param maximumTokens of a batch, padding included
     * @param padding the token that fills shorter rows
     */
    record Form(List<LabelHead> heads, int maxTokens, int maximumTokens, int padding) {
        List<TokenizedText> tokens(List<ClassifierExample> examples, TextTokenizer tokenizer) {
            return tokenizer
                    .encode(examples.stream()
                            .map(example -> TextInput.of(example.text()))
                            .toList())
                    .stream()
                    .map(text -> text.cut(maxTokens))
                    .toList();
        }
    }

    /** The texts of examples with the numbers of their labels, by head. */
    static LabelledTexts of(List<ClassifierExample> examples, TextTokenizer tokenizer, Form form, long seed) {
        List<int[]> texts = new ArrayList<>();
        List<List<int[]>> labels = new ArrayList<>();
        form.heads.forEach(head -> labels.add(new ArrayList<>()));
        for (int from = 0; from < examples.size(); from += AT_ONCE) {
            List<ClassifierExample> some = examples.subList(from, Math.min(examples.size(), from + AT_ONCE));
            List<TokenizedText> tokens = form.tokens(some, tokenizer);
            for (int i = 0; i < some.size(); i++) {
                texts.add(tokens.get(i).ids());
                for (int head = 0; head < labels.size(); head++) {
                    LabelledText known = some.get(i).ofHeads().get(head);
                    labels.get(head)
                            .add(
                                    known == null
                                            ? new int[0]
                                            : form.heads.get(head).numbers(known, tokens.get(i)));
                }
            }
        }
        return new LabelledTexts(texts, labels, form, seed, Noise.NONE);
    }

    /**
     * What each epoch leaves out of texts, anew.
     *
     * @param excerpts the share of texts that are seen in part: a run of tokens, any run as likely as another of its length, any
     *     length as likely as another; for labels of whole texts
     * @param hidden the share of tokens that another stands for
     * @param unknown that token
     */
    record Noise(double excerpts, double hidden, int unknown) {
        static final Noise NONE = new Noise(0, 0, 0);

        int[] seen(int[] text, Random random) {
            int[] seen = text;
            if (excerpts > 0 && random.nextDouble() < excerpts) {
                int length = 1 + random.nextInt(text.length);
                int from = random.nextInt(text.length - length + 1);
                seen = Arrays.copyOfRange(text, from, from + length);
            }
            return hidden == 0
                    ? seen
                    : Arrays.stream(seen)
                            .map(token -> random.nextDouble() < hidden ? unknown : token)
                            .toArray();
        }
    }

    /** The same, seen in part. */
    LabelledTexts with(Noise other) {
        return new LabelledTexts(texts, labels, form, seed, other);
    }

    @Override
    public BatchCursor open(long epoch, long skip) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        Collections.shuffle(order, random);
        List<int[]> seen = texts.stream().map(text -> noise.seen(text, random)).toList();
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

    /** All texts, in batches. */
    List<int[]> all() {
        return batches(texts, IntStream.range(0, texts.size()).boxed().toList());
    }

    private List<int[]> batches(List<int[]> rows, List<Integer> places) {
        int[] lengths =
                places.stream().mapToInt(place -> rows.get(place).length).toArray();
        return LengthBatches.of(lengths, form.maximumTokens, true).stream()
                .map(batch -> Arrays.stream(batch).map(places::get).toArray())
                .toList();
    }

    /** The ids of texts, and a mask where their lengths differ. */
    NDList inputs(NDManager manager, int... places) {
        return inputs(manager, texts, places);
    }

    private NDList inputs(NDManager manager, List<int[]> seen, int... places) {
        return PairBatches.inputs(
                manager, Arrays.stream(places).mapToObj(seen::get).toList(), form.padding);
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
            NDList arrays = new NDList();
            for (int head = 0; head < labels.size(); head++) {
                arrays.add(form.heads.get(head).array(manager, numbers(head), length));
            }
            return arrays;
        }

        @Override
        public long tokens() {
            long known = 0;
            for (int head = 0; head < labels.size(); head++) {
                for (int[] numbers : numbers(head)) {
                    known += Arrays.stream(numbers)
                            .filter(number -> number != LabelHead.NONE)
                            .count();
                }
            }
            return known;
        }

        private List<int[]> numbers(int head) {
            return Arrays.stream(places).mapToObj(labels.get(head)::get).toList();
        }
    }
}
