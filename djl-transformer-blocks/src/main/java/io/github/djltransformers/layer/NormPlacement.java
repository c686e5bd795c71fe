package io.github.djltransformers.layer;

/** Where normalisation stands around a residual branch f (Xiong et al. 2020, figure 1). */
public enum NormPlacement {
    /** {@code norm(x + f(x))}, as in Vaswani et al. 2017. */
    POST,
    /** {@code x + f(norm(x))}: trains without careful warm-up; the stack ends with a norm of its own. */
    PRE,
    /** {@code x + norm'(f(norm(x)))}, with a norm on either side (Ding et al. 2021, section 2.2). */
    SANDWICH,
    /**
     * {@code x + attention(norm(x)) + feedForward(norm'(x))}: both branches of an encoder layer read x (Wang and Komatsuzaki
     * 2021).
     */
    PARALLEL,
    /** As PARALLEL, both branches reading one norm of x. */
    PARALLEL_SHARED;

    /** Whether both branches read x. */
    public boolean parallel() {
        return this == PARALLEL || this == PARALLEL_SHARED;
    }
}
