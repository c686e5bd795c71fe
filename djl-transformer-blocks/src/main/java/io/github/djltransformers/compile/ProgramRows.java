package io.github.djltransformers.compile;

import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.TokenRows;

/**
 * Sequences inside an engine: the keys, values and masks that a compiled model keeps of them. Between steps only ids go in and
 * candidates come out. What it is given was checked by the {@link ProgramBatch} that owns it.
 */
public interface ProgramRows extends AutoCloseable {
    /**
     * Reads one token of each row and chooses the most probable next ones, within the program.
     *
     * @param tokens (R, 1)
     * @param positions (R, 1), where caches forget tokens and cannot tell; else null
     * @param place how many tokens the caches hold of each row, padding counted
     * @param sharing how many rows, side by side, share a row of what was kept of the inputs
     * @param count how many candidates of each row, at most V
     */
    Candidates best(TokenRows tokens, TokenRows positions, int place, int sharing, int count);

    /**
     * What {@link #best} chose from, when it was called last.
     *
     * @param vocabularySize V
     * @return (V) log-probabilities
     */
    float[] logProbs(int row, int vocabularySize);

    /**
     * Forgets the oldest tokens of all rows.
     *
     * @param count how many
     * @param length how many the caches hold of each row, padding counted
     */
    void forget(int count, int length);

    /**
     * Forgets the newest tokens of all rows.
     *
     * @param length how many tokens are left of each row, padding counted
     */
    void rewind(int length);

    /**
     * Goes on with the tokens of these rows in this order.
     *
     * @param length how many the caches hold of each row, padding counted
     */
    void move(int[] rows, int length);

    /** Goes on with these rows of what was kept of the inputs, a source's keys and values and the mask. */
    void moveInputs(int[] rows);

    /** Frees all. */
    @Override
    void close();
}
