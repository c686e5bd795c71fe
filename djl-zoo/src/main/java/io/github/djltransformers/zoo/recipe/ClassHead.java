package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.metric.ClassScores;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One class of each text: labels (B), logits (B, C). */
record ClassHead(List<String> labels) implements LabelHead {
    @Override
    public boolean ofTokens() {
        return false;
    }

    @Override
    public int[] numbers(LabelledText text, TokenizedText tokens) {
        return new int[] {labels.indexOf(text.labels().get(0))};
    }

    @Override
    public NDArray array(NDManager manager, List<int[]> rows, int length) {
        return HostArrays.of(
                manager,
                rows.stream().mapToLong(row -> row.length == 0 ? NONE : row[0]).toArray());
    }

    @Override
    public NDArray loss(NDArray numbers, NDArray logits, double smoothing) {
        return LabelHead.crossEntropy(numbers, logits, smoothing);
    }

    /** The score is the share of texts whose class is the likeliest. */
    @Override
    public Judge judge() {
        ClassScores scores = new ClassScores(labels.size());
        return new Judge() {
            @Override
            public void add(List<LabelledText> texts, List<TokenizedText> tokens, NDArray logits) {
                long[] best = logits.argMax(1).toLongArray();
                for (int i = 0; i < best.length; i++) {
                    if (texts.get(i) != null) {
                        scores.add(labels.indexOf(texts.get(i).labels().get(0)), (int) best[i]);
                    }
                }
            }

            @Override
            public double score() {
                return scores.accuracy();
            }

            @Override
            public Map<String, Double> figures() {
                Bootstrap interval = Bootstrap.ofMean(scores.hits(), 1);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", scores.accuracy());
                figures.put("accuracyLow", interval.low());
                figures.put("accuracyHigh", interval.high());
                figures.put("macroF1", scores.macroF1());
                return figures;
            }
        };
    }
}
