package io.github.djltransformers.decode;

import java.util.List;

/** Forbids tokens altogether. */
record SuppressedTokens(List<Integer> ids) implements AddingProcessor {
    @Override
    public void additions(int[] sequence, Sink sink) {
        ids.forEach(id -> sink.add(id, Float.NEGATIVE_INFINITY));
    }
}
