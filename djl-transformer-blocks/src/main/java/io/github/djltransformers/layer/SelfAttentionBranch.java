package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;

/** Self-attention of new tokens over themselves and those cached. */
final class SelfAttentionBranch {
    private SelfAttentionBranch() {}

    /**
     * @param normed (B, T, D), the new tokens
     * @param past the cache of the tokens before, or null
     */
    static <T> LayerStep<T> apply(
            TensorOps<T> ops,
            MultiHeadAttention attention,
            T normed,
            KeyValueCache<T> past,
            AttentionContext<T> context) {
        KeyValueCache<T> fresh = attention.project(ops, normed, normed, context.angles());
        KeyValueCache<T> cache = ops.append(past, fresh.keys(), fresh.values());
        return new LayerStep<>(attention.attend(ops, normed, cache, context), cache);
    }
}
