package io.github.djltransformers.model;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.ops.AttentionSpan;

/**
 * The shape of the key/value caches of a stack, (B, Hkv, S, Dh) for the keys and the values of each layer.
 *
 * @param layers L
 * @param keyValueHeads Hkv
 * @param headSize Dh
 * @param window how many tokens the layers reach, the newest included; {@link AttentionSpan#UNBOUNDED} where one reaches all
 */
public record CacheLayout(int layers, int keyValueHeads, int headSize, int window) {
    /** Whether tokens are forgotten in the end. */
    public boolean forgets() {
        return window < AttentionSpan.UNBOUNDED;
    }

    /**
     * How many of the oldest tokens to forget before the next: none until a cache has two windows of them, then all that none
     * reaches any more, so that a token is moved but once on average.
     *
     * @param cached how many tokens a cache has
     */
    public int forgotten(int cached) {
        return forgets() && cached >= 2L * window ? cached - (window - 1) : 0;
    }

    /**
     * The caches of a stack.
     *
     * @throws UnsupportedOperationException if they differ from layer to layer
     */
    public static CacheLayout of(StackConfig stack) {
        AttentionConfig first = stack.layers().get(0).attention();
        for (LayerConfig layer : stack.layers()) {
            AttentionConfig attention = layer.attention();
            if (attention.keyValueHeads() != first.keyValueHeads() || attention.headSize() != first.headSize()) {
                throw new UnsupportedOperationException(
                        "CacheLayout: layers must have one number of key/value heads and"
                                + " one head size, got " + first.keyValueHeads() + " of " + first.headSize() + " and "
                                + attention.keyValueHeads() + " of " + attention.headSize());
            }
        }
        int farthest = stack.layers().stream()
                .mapToInt(layer -> layer.attention().span().before())
                .max()
                .orElseThrow();
        boolean forgets = farthest < AttentionSpan.UNBOUNDED && stack.relativeBias() == null;
        return new CacheLayout(
                stack.depth(),
                first.keyValueHeads(),
                first.headSize(),
                forgets ? farthest + 1 : AttentionSpan.UNBOUNDED);
    }
}
