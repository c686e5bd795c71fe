package io.github.djltransformers.layer;

import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.ops.TensorOps;

/**
 * Joins a residual branch f to its input: {@code norm(x + dropout(f(x)))}, or {@code x + dropout(f(norm(x)))} with another
 * norm of what f gives where there is one.
 *
 * @param placement where the norm stands
 * @param norm owned by the layer, as its child
 * @param outputNorm of the branch, or null
 * @param dropout rate on the branch
 */
record Residual(NormPlacement placement, Norm norm, Norm outputNorm, float dropout) {
    /** What f is applied to. */
    <T> T before(TensorOps<T> ops, T x) {
        return placement == NormPlacement.POST ? x : norm.apply(ops, x);
    }

    /** The layer's value, from x and what f made of {@link #before}. */
    <T> T after(TensorOps<T> ops, T x, T branch) {
        T normed = outputNorm == null ? branch : outputNorm.apply(ops, branch);
        T sum = ops.add(x, ops.dropout(normed, dropout));
        return placement == NormPlacement.POST ? norm.apply(ops, sum) : sum;
    }
}
