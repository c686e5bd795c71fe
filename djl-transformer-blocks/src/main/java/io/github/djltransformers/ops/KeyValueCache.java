package io.github.djltransformers.ops;

/**
 * The keys and values of the tokens seen so far, split into heads.
 *
 * @param keys (B, H, S, Dh)
 * @param values (B, H, S, Dv)
 */
public record KeyValueCache<T>(T keys, T values) {}
