package io.github.djltransformers.model;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.layer.LayerConfig;

/**
 * The shape of the key/value caches of a stack, (B, Hkv, S, Dh) for the keys and the values of each layer.
 *
 * @param layers L
 * @param keyValueHeads Hkv
 * @param headSize Dh
 */
public record CacheLayout(int layers, int keyValueHeads, int headSize) {
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
        return new CacheLayout(stack.depth(), first.keyValueHeads(), first.headSize());
    }
}
