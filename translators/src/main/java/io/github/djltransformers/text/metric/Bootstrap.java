package io.github.djltransformers.text.metric;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

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
        if (parts.length != wholes.length) {
            throw new IllegalArgumentException(
                    "Bootstrap: wholes must be as many as parts, which are " + parts.length + ", got " + wholes.length);
        }
        return of(parts.length, seed, samples -> {
            double part = 0;
            double whole = 0;
            for (int sample : samples) {
                part += parts[sample];
                whole += wholes[sample];
            }
            return whole == 0 ? 0 : part / whole;
        });
    }

    /**
     * The interval of any statistic, from 1,000 resamples.
     *
     * @param samples how many there are, at least one
     * @param statistic of a resample, which it gets as numbers of samples
     */
    static Bootstrap of(int samples, long seed, ToDoubleFunction<int[]> statistic) {
        if (samples == 0) {
            throw new IllegalArgumentException("Bootstrap: values must be at least one, got none");
        }
        Random random = new Random(seed);
        double[] statistics = new double[RESAMPLES];
        int[] resample = new int[samples];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int j = 0; j < samples; j++) {
                resample[j] = random.nextInt(samples);
            }
            statistics[i] = statistic.applyAsDouble(resample);
        }
        Arrays.sort(statistics);
        int tail = (int) Math.round(TAIL * (RESAMPLES - 1));
        return new Bootstrap(statistics[tail], statistics[RESAMPLES - 1 - tail]);
    }
}
