package io.github.djltransformers.train;

/** The rule that a number is at least 0. */
final class NonNegative {
    private NonNegative() {}

    static void check(String type, String argument, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(type + ": " + argument + " must be finite and at least 0, got " + value);
        }
    }
}
