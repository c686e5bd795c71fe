package io.github.djltransformers.layer;

import io.github.djltransformers.ops.KeyValueCache;

/**
 * What a layer makes of new tokens.
 *
 * @param output (B, T, D)
 * @param cache the self-attention's keys and values, those of the new tokens included
 */
public record LayerStep<T>(T output, KeyValueCache<T> cache) {}
