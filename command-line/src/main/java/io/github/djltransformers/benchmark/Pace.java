package io.github.djltransformers.benchmark;

import io.github.djltransformers.Text;

/**
 * How long is measured.
 *
 * @param rounds samples of each variant
 * @param sampleSeconds how long a sample takes at least; short work is repeated
 * @param matmulSize n of the (n, n) matrices whose product gives the machine's rate
 */
public record Pace(int rounds, double sampleSeconds, int matmulSize) {
    /** A run longer than this is warmed up once and measured {@link #SLOW_ROUNDS} times at most. */
    static final double SLOW_SECONDS = 4;

    static final int SLOW_ROUNDS = 3;
    static final int WARM_UP_RUNS = 3;

    public Pace {
        if (rounds < 1 || !(sampleSeconds > 0) || matmulSize < 1) {
            throw new IllegalArgumentException(Text.format(
                    "Pace: rounds, sampleSeconds and matmulSize must be positive, got %d, %s and %d",
                    rounds, sampleSeconds, matmulSize));
        }
    }

    /** For figures to be shown. */
    public static Pace thorough(int rounds) {
        return new Pace(rounds, 0.2, 1024);
    }

    /** To see that all works. */
    public static Pace quick(int rounds) {
        return new Pace(rounds, 0.005, 256);
    }
}
