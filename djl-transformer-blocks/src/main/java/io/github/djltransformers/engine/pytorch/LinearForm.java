package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.WeightStorage;

/** The operator that computes linear maps. */
enum LinearForm {
    /** {@code torch.linear}, which any libtorch has. */
    PLAIN,
    /**
     * oneDNN's product for large weights, read where they are: up to three times faster than {@code torch.linear} for few
     * rows, with the activation fused. Small products stay {@code torch.linear}'s, whose call costs a third.
     */
    ONEDNN,
    /**
     * As {@link #ONEDNN}, with large weights in oneDNN's own order, which halves the time of few rows again; and linear maps
     * of one input side by side as one, which saves calls.
     */
    PACKED,
    /** Weights kept in bfloat16. */
    BFLOAT16,
    /** Weights kept as 8-bit integers, linear maps of one input side by side as one. */
    INT8;

    static LinearForm of(CompilationConfig config, NDManager manager) {
        return switch (config.precision()) {
            case FLOAT32 -> float32(config.weights(), manager);
            case BFLOAT16 -> BFLOAT16;
            case INT8 -> INT8;
        };
    }

    private static LinearForm float32(WeightStorage weights, NDManager manager) {
        if (manager.getDevice().isGpu() || !OneDnn.isThere(manager)) {
            return PLAIN;
        }
        return weights == WeightStorage.PACKED ? PACKED : ONEDNN;
    }

    /** Whether linear maps of one input are computed as one. */
    boolean groups() {
        return this == PACKED || this == INT8;
    }
}
