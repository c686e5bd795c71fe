package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.Precision;

/** The operator that computes linear maps. */
enum LinearForm {
    /** {@code torch.linear}, which any libtorch has. */
    PLAIN,
    /**
     * oneDNN's product for large weights, read where they are: up to three times faster than {@code torch.linear} for few
     * rows, with the activation fused. Small products stay {@code torch.linear}'s, whose call costs a third.
     */
    ONEDNN,
    /** Weights kept in bfloat16. */
    BFLOAT16,
    /** Weights kept as 8-bit integers. */
    INT8;

    static LinearForm of(Precision precision, NDManager manager) {
        return switch (precision) {
            case FLOAT32 -> !manager.getDevice().isGpu() && OneDnn.isThere(manager) ? ONEDNN : PLAIN;
            case BFLOAT16 -> BFLOAT16;
            case INT8 -> INT8;
        };
    }
}
