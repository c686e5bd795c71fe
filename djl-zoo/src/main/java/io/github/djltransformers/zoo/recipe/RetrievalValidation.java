package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.metric.Bootstrap;
import io.github.djltransformers.text.metric.RetrievalErrors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Judges by the share of texts whose nearest vector of the other side is that of their translation, the mean of both ways. */
final class RetrievalValidation implements BlockValidation {
    private static final int BATCH_TOKENS = 4096;

    private final List<int[]> sources;
    private final List<int[]> targets;
    private final int padding;

    RetrievalValidation(List<int[]> sources, List<int[]> targets, int padding) {
        this.sources = sources;
        this.targets = targets;
        this.padding = padding;
    }

    @Override
    public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
        float[][] one = vectors(sources, model, parent);
        float[][] other = vectors(targets, model, parent);
        RetrievalErrors cosine = RetrievalErrors.byCosine(one, other);
        RetrievalErrors margin = RetrievalErrors.byMargin(one, other);
        Map<String, Double> figures = new LinkedHashMap<>();
        add(figures, "there", cosine.there());
        add(figures, "back", cosine.back());
        figures.put("xsimThere", mean(margin.there()));
        figures.put("xsimBack", mean(margin.back()));
        return new Verdict(1 - (mean(cosine.there()) + mean(cosine.back())) / 2, figures);
    }

    private static void add(Map<String, Double> figures, String name, double... errors) {
        Bootstrap interval = Bootstrap.ofMean(errors, 1);
        figures.put(name, 1 - mean(errors));
        figures.put(name + "Low", 1 - interval.high());
        figures.put(name + "High", 1 - interval.low());
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private float[][] vectors(List<int[]> texts, UnaryOperator<NDList> model, NDManager parent) {
        float[][] vectors = new float[texts.size()][];
        int[] lengths = texts.stream().mapToInt(text -> text.length).toArray();
        for (int[] places : LengthBatches.of(lengths, BATCH_TOKENS, true)) {
            try (NDManager manager = parent.newSubManager()) {
                List<int[]> some = Arrays.stream(places).mapToObj(texts::get).toList();
                float[] numbers = model.apply(PairBatches.inputs(manager, some, padding))
                        .singletonOrThrow()
                        .toFloatArray();
                int size = numbers.length / places.length;
                for (int i = 0; i < places.length; i++) {
                    vectors[places[i]] = Arrays.copyOfRange(numbers, i * size, (i + 1) * size);
                }
            }
        }
        return vectors;
    }
}
