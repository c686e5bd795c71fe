package io.github.djltransformers.benchmark;

import java.util.Arrays;

/**
 * The middle of some samples and how far they lie apart; quartiles are interpolated between the nearest ranks (type 7 of
 * Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
 *
 * @param lower the first quartile
 * @param median the second
 * @param upper the third
 */
public record Spread(double lower, double median, double upper) {
    /**
     * @param samples at least one, in any order
     */
    public static Spread of(double... samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("Spread: samples must be at least one, got none");
        }
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** The interquartile range over the median. */
    public double relative() {
        return (upper - lower) / median;
    }
}
