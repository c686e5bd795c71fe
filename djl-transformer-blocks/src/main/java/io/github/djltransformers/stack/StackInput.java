package io.github.djltransformers.stack;

import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * What a stack needs to know of the tokens it reads, besides their vectors.
 *
 * @param past one cache a layer of the tokens before, or null
 * @param keepMask (1|B, 1|H, 1|T, S) BOOLEAN over the cached and the new tokens, or null
 * @param positions where the new tokens stand
 */
record StackInput<T>(List<KeyValueCache<T>> past, T keepMask, TokenPositions<T> positions) {
    /** Tokens that begin a sequence. */
    static <T> StackInput<T> beginning(T keepMask) {
        return new StackInput<>(null, keepMask, TokenPositions.after(null));
    }

    KeyValueCache<T> pastOf(int layer) {
        return past == null ? null : past.get(layer);
    }
}
