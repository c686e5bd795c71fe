package io.github.djltransformers.ops;

/** The element-wise functions of feed-forward blocks and heads. */
public enum ActivationFunction {
    /** {@code max(0, x)}. */
    RELU,
    /** {@code x Phi(x)} with the exact normal distribution function (Hendrycks and Gimpel 2016). */
    GELU,
    /** {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}, their approximation of it. */
    GELU_TANH,
    /** {@code x sigmoid(1.702 x)}, their coarser one. */
    QUICK_GELU,
    /** {@code x sigmoid(x)}, also called SiLU (Ramachandran et al. 2017, with beta 1). */
    SWISH,
    /** {@code tanh x}. */
    TANH,
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID,
    /** {@code max(0, x)^2} (So et al. 2021). */
    SQUARED_RELU,
    /** {@code min(max(0, x), 6)}. */
    RELU6,
    /** {@code max(x, x/100)}. */
    LEAKY_RELU,
    /** {@code x tanh(ln(1 + e^x))} (Misra 2019). */
    MISH,
    /** {@code x}. */
    IDENTITY
}
