package io.github.djltransformers.norm;

/** The normalisations in use. */
public enum NormKind {
    /** {@link io.github.djltransformers.ops.TensorOps#layerNorm}. */
    LAYER,
    /** {@link io.github.djltransformers.ops.TensorOps#rmsNorm} with its weight as it is. */
    RMS,
    /** The same with 1 + weight, which starts at zero (Gemma Team 2024). */
    RMS_FROM_ONE,
    /** None: x stays as it is. */
    NONE
}
