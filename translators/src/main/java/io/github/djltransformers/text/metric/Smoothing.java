package io.github.djltransformers.text.metric;

import io.github.djltransformers.Text;

/**
 * What BLEU does about n-gram orders without a match (Chen and Cherry, "A Systematic Comparison of Smoothing Techniques
 * for Sentence-Level BLEU", WMT 2014).
 */
public sealed interface Smoothing {
    /** The k-th order without a match gets the precision 1 / (2^k total): their method 3, NIST's. */
    record Exponential() implements Smoothing {
        @Override
        public String signature() {
            return "exp";
        }
    }

    /**
     * An order without a match gets the precision value / total: their method 1.
     *
     * @param value the small count that stands for no match, usually 0.1
     */
    record Floor(double value) implements Smoothing {
        /** Checks the value. */
        public Floor {
            requirePositive("Floor: value", value);
        }

        @Override
        public String signature() {
            return Text.format("floor[%.2f]", value);
        }
    }

    /**
     * Adds to the matches and the total of every order above 1: their method 2.
     *
     * @param value the count to add, usually 1
     */
    record AddK(double value) implements Smoothing {
        /** Checks the value. */
        public AddK {
            requirePositive("AddK: value", value);
        }

        @Override
        public String signature() {
            return Text.format("add-k[%.2f]", value);
        }
    }

    /** An order without a match makes the whole score 0. */
    record None() implements Smoothing {
        @Override
        public String signature() {
            return "none";
        }
    }

    /**
     * Returns the method's name in a signature.
     *
     * @return the name sacreBLEU uses, with the value if there is one
     */
    String signature();

    private static void requirePositive(String argument, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(argument + " must be positive and finite, got " + value);
        }
    }
}
