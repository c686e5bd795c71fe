package io.github.djltransformers.model;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.layer.LayerInput;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * What a stack needs to know of the tokens it reads, besides their vectors.
 *
 * @param past one cache a layer of the tokens before, or null
 * @param keepMask (1|B, 1|H, 1|T, S) BOOLEAN over the cached and the new tokens, or null
 * @param positions where the new tokens stand
 * @param memory one cache a layer of another sequence, empty where none is read
 * @param memoryMask of the other sequence, or null
 */
record StackInput<T>(
        List<KeyValueCache<T>> past,
        T keepMask,
        TokenPositions<T> positions,
        List<KeyValueCache<T>> memory,
        AttentionMask<T> memoryMask) {
    /** Tokens alone, with no other sequence. */
    StackInput(List<KeyValueCache<T>> past, T keepMask, TokenPositions<T> positions) {
        this(past, keepMask, positions, List.of(), null);
    }

    /** Tokens that begin a sequence. */
    static <T> StackInput<T> beginning(T keepMask, List<KeyValueCache<T>> memory, AttentionMask<T> memoryMask) {
        return new StackInput<>(null, keepMask, TokenPositions.after(null), memory, memoryMask);
    }

    /** What one of the layers needs to know. */
    LayerInput<T> ofLayer(int layer, AttentionContext<T> context) {
        return new LayerInput<>(
                past == null ? null : past.get(layer),
                context,
                memory.isEmpty() ? null : memory.get(layer),
                memoryMask);
    }
}
