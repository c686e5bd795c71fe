package io.github.djltransformers.decode;

import java.util.Set;

/**
 * Lets no sequence end before it has a length.
 *
 * @param length of the prompt and the new tokens before the end token
 */
record EarliestEnd(int length, Set<Integer> endIds) implements SparseProcessor {
    @Override
    public void changes(int[] sequence, Sink sink) {
        if (sequence.length < length) {
            endIds.forEach(id -> sink.change(id, ScoreChange.FORBIDDEN));
        }
    }
}
