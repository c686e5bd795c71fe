package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.metric.LabelSetScores;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Any number of classes of each text: labels (B, C), 1 for a class it is of, else 0; logits (B, C), a class is told above 0. */
record ClassesHead(List<String> labels) implements LabelHead {
    @Override
    public boolean ofTokens() {
        return false;
    }

    @Override
    public int[] numbers(LabelledText text, TokenizedText tokens) {
        return labels.stream()
                .mapToInt(label -> text.labels().contains(label) ? 1 : 0)
                .toArray();
    }

    @Override
    public NDArray array(NDManager manager, List<int[]> rows, int length) {
        float[] numbers = new float[rows.size() * labels.size()];
        Arrays.fill(numbers, NONE);
        for (int i = 0; i < rows.size(); i++) {
            int[] row = rows.get(i);
            for (int j = 0; j < row.length; j++) {
                numbers[i * labels.size() + j] = row[j];
            }
        }
        return HostArrays.of(manager, numbers, new Shape(rows.size(), labels.size()));
    }

    /** The binary cross-entropy {@code log(1 + exp(z)) - y z}, written so that nothing overflows; not smoothed. */
    @Override
    public NDArray loss(NDArray numbers, NDArray logits, double smoothing) {
        NDArray known = numbers.neq(NONE).toType(DataType.FLOAT32, false);
        NDArray each = logits.maximum(0)
                .sub(logits.mul(numbers.maximum(0)))
                .add(logits.abs().neg().exp().add(1).log());
        return each.mul(known).sum().div(known.sum().maximum(1));
    }

    /** The score is the F1 over all pairs of a text and a class. */
    @Override
    public Judge judge() {
        LabelSetScores scores = new LabelSetScores();
        return new Judge() {
            @Override
            public void add(List<LabelledText> texts, List<TokenizedText> tokens, NDArray logits) {
                float[] numbers = logits.toFloatArray();
                for (int i = 0; i < texts.size(); i++) {
                    if (texts.get(i) != null) {
                        Set<String> told = new HashSet<>();
                        for (int j = 0; j < labels.size(); j++) {
                            if (numbers[i * labels.size() + j] > 0) {
                                told.add(labels.get(j));
                            }
                        }
                        scores.add(Set.copyOf(texts.get(i).labels()), told);
                    }
                }
            }

            @Override
            public double score() {
                return scores.microF1();
            }

            @Override
            public Map<String, Double> figures() {
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("microF1", scores.microF1());
                figures.put("microF1Low", scores.microF1Interval(1).low());
                figures.put("microF1High", scores.microF1Interval(1).high());
                figures.put("macroF1", scores.macroF1());
                figures.put("exact", scores.exact());
                return figures;
            }
        };
    }
}
