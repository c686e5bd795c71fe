package io.github.djltransformers.text.data;

import java.util.Objects;

/**
 * How long a sequence may be, and what becomes of a pair with a longer one.
 *
 * @param maximumLength the greatest length of either side in tokens, the start or end token included
 * @param excess what to do with a pair that has a longer side
 */
public record LengthLimit(int maximumLength, Excess excess) {
    /** What to do with a pair that has a side which is too long. */
    public enum Excess {
        /** Leave the pair out: a cut sentence teaches a model to stop early. */
        DROP,
        /** Cut the longer side's end off. */
        TRUNCATE
    }

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException if there is no room for one token of text
     */
    public LengthLimit {
        Objects.requireNonNull(excess, "excess");
        if (maximumLength < 2) {
            throw new IllegalArgumentException(
                    "LengthLimit: maximumLength must be at least 2 (a token and the end token), got " + maximumLength);
        }
    }

    /**
     * Leaves longer pairs out.
     *
     * @param maximumLength the greatest length in tokens, the start or end token included
     * @return the limit
     */
    public static LengthLimit dropping(int maximumLength) {
        return new LengthLimit(maximumLength, Excess.DROP);
    }

    /**
     * Cuts longer sequences.
     *
     * @param maximumLength the greatest length in tokens, the start or end token included
     * @return the limit
     */
    public static LengthLimit truncating(int maximumLength) {
        return new LengthLimit(maximumLength, Excess.TRUNCATE);
    }
}
