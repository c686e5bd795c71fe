package io.github.djltransformers.text.metric;

import java.util.stream.DoubleStream;

/** How well classes are told, counted one by one. */
public final class ClassScores {
    private final long[] expected;
    private final long[] given;
    private final long[] both;
    private final DoubleStream.Builder hits = DoubleStream.builder();
    private double[] all;

    /**
     * @param classes how many there are
     */
    public ClassScores(int classes) {
        expected = new long[classes];
        given = new long[classes];
        both = new long[classes];
    }

    /**
     * Counts one.
     *
     * @param right the class it is of
     * @param told the class it was told to be of
     */
    public void add(int right, int told) {
        expected[right]++;
        given[told]++;
        both[right] += right == told ? 1 : 0;
        hits.add(right == told ? 1 : 0);
    }

    /** For each one 1 where the class was right, else 0; nothing can be added behind this. */
    public double[] hits() {
        if (all == null) {
            all = hits.build().toArray();
        }
        return all.clone();
    }

    /** The share of the right ones. */
    public double accuracy() {
        return DoubleStream.of(hits()).average().orElse(Double.NaN);
    }

    /** The mean over classes, each counting alike, of {@code F1 = 2 right / (expected + given)}; classes that never come are left out. */
    public double macroF1() {
        double sum = 0;
        int seen = 0;
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] + given[i] > 0) {
                sum += 2.0 * both[i] / (expected[i] + given[i]);
                seen++;
            }
        }
        return seen == 0 ? Double.NaN : sum / seen;
    }
}
