package io.github.djltransformers.decode;

import java.util.List;

/** Guesses, for one sequence, what follows. */
interface Guesses extends AutoCloseable {
    /**
     * A token with what it was drawn from.
     *
     * @param shares (V) probabilities; null where it is the only one
     */
    record Guess(int token, double[] shares) {
        double share(int other) {
            if (shares == null) {
                return other == token ? 1 : 0;
            }
            return shares[other];
        }
    }

    /**
     * Guesses.
     *
     * @param sequence the prompt and what was written
     * @param count how many at most
     */
    List<Guess> after(int[] sequence, int count);

    @Override
    void close();
}
