package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * Leaves one token, for sure, to sequences of a length.
 *
 * @param length of the prompt and the new tokens before the forced one
 */
record ForcedToken(int id, int length) implements ScoresProcessor {
    @Override
    public void process(int[] sequence, float[] scores) {
        if (sequence.length == length) {
            Arrays.fill(scores, Float.NEGATIVE_INFINITY);
            scores[id] = 0;
        }
    }
}
