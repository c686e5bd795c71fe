package io.github.djltransformers.decode;

import java.util.List;

/** Forbids tokens altogether. */
record SuppressedTokens(List<Integer> ids) implements ScoresProcessor {
    @Override
    public void process(int[] sequence, float[] scores) {
        ids.forEach(id -> scores[id] = Float.NEGATIVE_INFINITY);
    }
}
