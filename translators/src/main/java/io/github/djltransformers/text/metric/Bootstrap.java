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
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return ofRatio(values, ones, seed);
    }

    /**
     * The interval of a ratio of sums, such as an F1 over sentences, from 1,000 resamples. A resample that has no denominator
     * counts 0.
     *
     * @param parts one for each sample, at least one
     * @param wholes as many
     * @param seed of the resamples
     */
    public static Bootstrap ofRatio(double[] parts, double[] wholes, long seed) {
        if (parts.length == 0 || parts.length != wholes.length) {
            throw new IllegalArgumentException("Bootstrap: values must be at least one for each sample, got "
                    + parts.length + " and " + wholes.length);
        }
        Random random = new Random(seed);
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double part = 0;
            double whole = 0;
            for (int j = 0; j < parts.length; j++) {
                int sample = random.nextInt(parts.length);
                part += parts[sample];
                whole += wholes[sample];
            }
            ratios[i] = whole == 0 ? 0 : part / whole;
        }
        Arrays.sort(ratios);
        int tail = (int) Math.round(TAIL * (RESAMPLES - 1));
        return new Bootstrap(ratios[tail], ratios[RESAMPLES - 1 - tail]);
    }
}
