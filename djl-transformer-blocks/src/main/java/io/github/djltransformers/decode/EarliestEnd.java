package io.github.djltransformers.decode;

import java.util.Set;

/**
 * Lets no sequence end before it has a length.
 *
 * @param length of the prompt and the new tokens before the end token
 */
record EarliestEnd(int length, Set<Integer> endIds) implements ScoresProcessor {
    @Override
    public void process(int[] sequence, float[] scores) {
        if (sequence.length < length) {
            endIds.forEach(id -> scores[id] = Float.NEGATIVE_INFINITY);
        }
    }
}
