package io.github.djltransformers.position;

/** How absolute positions are added to embeddings. */
public enum PositionKind {
    /** Fixed sines and cosines, {@link SinusoidalTable#interleaved}. */
    SINUSOIDAL,
    /** The same with the sines first, {@link SinusoidalTable#halves}. */
    SINUSOIDAL_HALVES,
    /** The table of tensor2tensor, {@link SinusoidalTable#tensor2tensor}. */
    SINUSOIDAL_TENSOR2TENSOR,
    /** A trained table. */
    LEARNED,
    /** None are added: attention knows them, by rotation or by a bias. */
    NONE
}
