package io.github.djltransformers.train;

/** Which estimate of the squared gradient an Adam step is divided by. */
public enum SecondMoment {
    /** The moving average v of Kingma and Ba, "Adam" (2015), algorithm 1. */
    CURRENT,
    /** AMSGrad, Reddi et al., "On the Convergence of Adam and Beyond" (2018): the largest v so far; 4 bytes a weight more. */
    MAXIMUM
}
