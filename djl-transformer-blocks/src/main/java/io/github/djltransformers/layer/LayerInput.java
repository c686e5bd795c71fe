package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;

/**
 * What a layer needs to know of new tokens, besides their vectors.
 *
 * @param past the self-attention's cache of the tokens before, or null
 * @param context of the self-attention, over the cached and the new tokens
 * @param memory the other sequence as {@link TransformerLayer#projectMemory} gives it, or null for a layer that reads none
 * @param memoryMask of the other sequence, or null
 */
public record LayerInput<T>(
        KeyValueCache<T> past, AttentionContext<T> context, KeyValueCache<T> memory, AttentionMask<T> memoryMask) {}
