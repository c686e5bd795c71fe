package io.github.djltransformers.ops;

/** The element-wise functions between the two linear maps of a feed-forward block. */
public enum ActivationFunction {
    /** {@code max(0, x)}. */
    RELU,
    /** {@code x Phi(x)} with the exact normal distribution function (Hendrycks and Gimpel 2016). */
    GELU,
    /** {@code x sigmoid(x)}, also called SiLU (Ramachandran et al. 2017, with beta 1). */
    SWISH,
    /** {@code tanh x}. */
    TANH
}
