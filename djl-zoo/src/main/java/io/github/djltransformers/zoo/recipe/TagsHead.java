package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.metric.SpanScores;
import io.github.djltransformers.text.task.TagPath;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A tag of each word: labels (B, T), logits (B, T, C). All tokens of a word learn its tag, those behind the first of a word that
 * begins an entity that they go on with it; the first one tells it.
 */
record TagsHead(List<String> labels) implements LabelHead {
    private static final String BEGINS = "B-";
    private static final String GOES_ON = "I-";

    /** All tags of texts, and those that tokens within their words have. */
    static TagsHead of(List<LabelledText> texts) {
        TreeSet<String> known = new TreeSet<>();
        for (LabelledText text : texts) {
            for (String tag : text.labels()) {
                known.add(tag);
                known.add(later(tag));
            }
        }
        return new TagsHead(List.copyOf(known));
    }

    /** The tag of a word's tokens behind its first. */
    private static String later(String tag) {
        return tag.startsWith(BEGINS) ? GOES_ON + tag.substring(BEGINS.length()) : tag;
    }

    @Override
    public boolean ofTokens() {
        return true;
    }

    @Override
    public int[] numbers(LabelledText text, TokenizedText tokens) {
        int[] words = text.wordOfToken(tokens);
        int[] row = new int[words.length];
        for (int j = 0; j < row.length; j++) {
            boolean first = j == 0 || words[j - 1] != words[j];
            row[j] = words[j] < 0
                    ? between(text, j + 1 < row.length ? words[j + 1] : -1)
                    : number(text.labels().get(words[j]), first);
        }
        return row;
    }

    private int number(String tag, boolean first) {
        return labels.indexOf(first ? tag : later(tag));
    }

    /** A blank that is a token of its own goes on with the span that the word behind it goes on with. */
    private int between(LabelledText text, int next) {
        String tag = next < 0 ? SpanScores.OUTSIDE : text.labels().get(next);
        int number = labels.indexOf(tag.startsWith(GOES_ON) ? tag : SpanScores.OUTSIDE);
        return number < 0 ? NONE : number;
    }

    @Override
    public NDArray array(NDManager manager, List<int[]> rows, int length) {
        long[] numbers = new long[rows.size() * length];
        Arrays.fill(numbers, NONE);
        for (int i = 0; i < rows.size(); i++) {
            int[] row = rows.get(i);
            for (int j = 0; j < row.length; j++) {
                numbers[i * length + j] = row[j];
            }
        }
        return HostArrays.of(manager, numbers, new Shape(rows.size(), length));
    }

    @Override
    public NDArray loss(NDArray numbers, NDArray logits, double smoothing) {
        return LabelHead.crossEntropy(numbers, logits, smoothing);
    }

    /**
     * The score is the F1 of spans where tags have them, else the share of right tags. Tags are told that go together, see {@link
     * TagPath}. A word that was cut off has no tag.
     */
    @Override
    public Judge judge() {
        SpanScores judged = new SpanScores();
        TagPath likeliest = new TagPath(labels);
        boolean spans = labels.stream().anyMatch(label -> label.startsWith(BEGINS));
        return new Judge() {
            @Override
            public void add(List<LabelledText> texts, List<TokenizedText> tokens, NDArray logits) {
                int length = (int) logits.getShape().get(1);
                float[] scores = logits.logSoftmax(2).toFloatArray();
                for (int i = 0; i < texts.size(); i++) {
                    LabelledText text = texts.get(i);
                    if (text != null) {
                        int[] first = text.firstTokens(tokens.get(i));
                        int row = i * length;
                        List<double[]> words = Arrays.stream(first)
                                .filter(token -> token >= 0)
                                .mapToObj(token -> numbers(scores, (row + token) * labels.size()))
                                .toList();
                        int[] path = likeliest.best(words);
                        List<String> told = new ArrayList<>();
                        int word = 0;
                        for (int token : first) {
                            told.add(token < 0 ? SpanScores.OUTSIDE : labels.get(path[word++]));
                        }
                        judged.add(text.labels(), told);
                    }
                }
            }

            private double[] numbers(float[] scores, int from) {
                return IntStream.range(from, from + labels.size())
                        .mapToDouble(i -> scores[i])
                        .toArray();
            }

            @Override
            public double score() {
                return spans ? judged.f1() : judged.accuracy();
            }

            @Override
            public Map<String, Double> figures() {
                Bootstrap words = judged.accuracyInterval(1);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", judged.accuracy());
                figures.put("accuracyLow", words.low());
                figures.put("accuracyHigh", words.high());
                if (spans) {
                    Bootstrap interval = judged.f1Interval(1);
                    figures.put("precision", judged.precision());
                    figures.put("recall", judged.recall());
                    figures.put("f1", judged.f1());
                    figures.put("f1Low", interval.low());
                    figures.put("f1High", interval.high());
                }
                return figures;
            }
        };
    }
}
