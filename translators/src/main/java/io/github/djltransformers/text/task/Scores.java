package io.github.djltransformers.text.task;

import java.util.stream.IntStream;

/** Probabilities of what a model scores, in double. */
final class Scores {
    private Scores() {}

    /** Softmax of numbers from one place to another. */
    static double[] softmax(float[] logits, int from, int to) {
        double greatest =
                IntStream.range(from, to).mapToDouble(i -> logits[i]).max().orElse(0);
        double[] exponentials = IntStream.range(from, to)
                .mapToDouble(i -> Math.exp(logits[i] - greatest))
                .toArray();
        double sum = 0;
        for (double each : exponentials) {
            sum += each;
        }
        for (int i = 0; i < exponentials.length; i++) {
            exponentials[i] /= sum;
        }
        return exponentials;
    }

    static double[] softmax(float[] logits) {
        return softmax(logits, 0, logits.length);
    }

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** The place of the greatest, the first of equals. */
    static int best(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
