package io.github.djltransformers.text.metric;

import java.util.Arrays;
import java.util.Random;

/**
 * How far a mean would vary with other samples of the same kind: the percentile interval of means of resamples (Efron and
 * Tibshirani 1993, section 13.3).
 *
 * @param low the 2.5th percentile
 * @param high the 97.5th percentile
 */
public record Bootstrap(double low, double high) {
    private static final int RESAMPLES = 1000;
    private static final double TAIL = 0.025;

    /**
     * The interval of a mean, from 1,000 resamples.
     *
     * @param values one for each sample, at least one
     * @param seed of the resamples
     */
    public static Bootstrap ofMean(double[] values, long seed) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Bootstrap: values must be at least one, got none");
        }
        Random random = new Random(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        int tail = (int) Math.round(TAIL * (RESAMPLES - 1));
        return new Bootstrap(means[tail], means[RESAMPLES - 1 - tail]);
    }
}
