package io.github.djltransformers.position;

/** How absolute positions are given. */
public enum PositionKind {
    /** Fixed sines and cosines, {@link SinusoidalTable#interleaved}. */
    SINUSOIDAL,
    /** A trained table. */
    LEARNED
}
