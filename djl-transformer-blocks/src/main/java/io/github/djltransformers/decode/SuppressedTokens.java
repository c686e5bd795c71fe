package io.github.djltransformers.decode;

import java.util.List;

/** Forbids tokens altogether. */
record SuppressedTokens(List<Integer> ids) implements SparseProcessor {
    @Override
    public void changes(int[] sequence, Sink sink) {
        ids.forEach(id -> sink.change(id, ScoreChange.FORBIDDEN));
    }
}
