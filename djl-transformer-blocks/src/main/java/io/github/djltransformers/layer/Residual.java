package io.github.djltransformers.layer;

import io.github.djltransformers.ops.TensorOps;

/**
 * Joins a residual branch f to its input: {@code norm(x + dropout(f(x)))} or {@code x + dropout(f(norm(x)))}.
 *
 * @param placement where the norm stands
 * @param norm owned by the layer, as its child
 * @param dropout rate on the branch
 */
record Residual(NormPlacement placement, LayerNorm norm, float dropout) {
    /** What f is applied to. */
    <T> T before(TensorOps<T> ops, T x) {
        return placement == NormPlacement.PRE ? norm.apply(ops, x) : x;
    }

    /** The layer's value, from x and what f made of {@link #before}. */
    <T> T after(TensorOps<T> ops, T x, T branch) {
        T sum = ops.add(x, ops.dropout(branch, dropout));
        return placement == NormPlacement.POST ? norm.apply(ops, sum) : sum;
    }
}
