package io.github.djltransformers.layer;

/** Where layer normalisation stands around a residual branch f (Xiong et al. 2020, figure 1). */
public enum NormPlacement {
    /** {@code norm(x + f(x))}, as in Vaswani et al. 2017. */
    POST,
    /** {@code x + f(norm(x))}: trains without careful warm-up; the stack ends with a norm of its own. */
    PRE
}
