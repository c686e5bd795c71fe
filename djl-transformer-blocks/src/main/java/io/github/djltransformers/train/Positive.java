package io.github.djltransformers.train;

/** The rule that a number is above 0. */
final class Positive {
    private Positive() {}

    static void check(String type, String argument, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(type + ": " + argument + " must be positive, got " + value);
        }
    }

    static void check(String type, String argument, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(type + ": " + argument + " must be positive and finite, got " + value);
        }
    }
}
