package io.github.djltransformers.zoo;

/**
 * How good a model was measured to be.
 *
 * @param metric such as {@code BLEU}
 * @param value in the metric's own unit
 * @param testSet such as {@code newstest2014}
 * @param signature the settings of the metric, as it prints them
 */
public record ModelScore(String metric, double value, String testSet, String signature) {
    public ModelScore {
        Fields.requireText("ModelScore", "metric", metric);
        Fields.requireText("ModelScore", "testSet", testSet);
        Fields.requireText("ModelScore", "signature", signature);
    }
}
