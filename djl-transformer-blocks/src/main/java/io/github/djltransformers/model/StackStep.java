package io.github.djltransformers.model;

import io.github.djltransformers.ops.KeyValueCache;
import java.util.List;

/** What a stack makes of new tokens: its output (B, T, D), and the grown cache of each layer. */
record StackStep<T>(T output, List<KeyValueCache<T>> caches) {}
