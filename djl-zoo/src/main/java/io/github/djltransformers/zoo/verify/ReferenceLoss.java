package io.github.djltransformers.zoo.verify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The losses by which checkpoints are fine-tuned, in double precision. */
final class ReferenceLoss {
    /** A label that is passed over. */
    private static final long IGNORED = -100;

    private ReferenceLoss() {}

    /**
     * The mean cross-entropy over labels, or for labels that are numbers the mean squared error of one logit, or the mean
     * binary cross-entropy of several.
     *
     * @param logits (..., C)
     * @param labels (...), or numbers (..., C)
     */
    static double of(NDArray logits, NDArray labels) {
        float[] scores = logits.toFloatArray();
        int classes = (int) logits.getShape().get(logits.getShape().dimension() - 1);
        if (labels.getDataType() == DataType.INT64 && classes > 1) {
            return crossEntropy(scores, classes, labels.toLongArray());
        }
        float[] numbers = labels.toType(DataType.FLOAT32, false).toFloatArray();
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double x = scores[i];
            sum += classes == 1
                    ? Math.pow(x - numbers[i], 2)
                    : Math.max(x, 0) - x * numbers[i] + Math.log1p(Math.exp(-Math.abs(x)));
        }
        return sum / scores.length;
    }

    /** The loss of a language model, which predicts each token from those before it. */
    static double ofNext(NDArray logits, NDArray labels) {
        Shape shape = logits.getShape();
        int tokens = (int) shape.get(1);
        int classes = (int) shape.get(2);
        long[] shifted = labels.toLongArray();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] = i % tokens == tokens - 1 ? IGNORED : shifted[i + 1];
        }
        return crossEntropy(logits.toFloatArray(), classes, shifted);
    }

    private static double crossEntropy(float[] scores, int classes, long... labels) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == IGNORED) {
                continue;
            }
            int from = i * classes;
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, scores[from + c]);
            }
            double total = 0;
            for (int c = 0; c < classes; c++) {
                total += Math.exp(scores[from + c] - largest);
            }
            sum += largest + Math.log(total) - scores[from + (int) labels[i]];
            count++;
        }
        return sum / count;
    }
}
