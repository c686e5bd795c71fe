package io.github.djltransformers.model;

import io.github.djltransformers.ops.TensorOps;

/**
 * A model that writes a sequence token by token. It says what it reads first, how it goes on and what its caches look like;
 * eager and compiled decoding need nothing else of it.
 */
public interface GenerativeModel {
    /** The shape of the model. */
    TransformerConfig config();

    /** Whether it reads a source before it writes; if not, it reads the beginning of what it writes. */
    boolean readsSource();

    /** What it keeps of the tokens it has read. */
    default CacheLayout cacheLayout() {
        return CacheLayout.of(config().decoder());
    }

    /**
     * Reads the source, or the beginning.
     *
     * @param ids (B, S); the shorter sources padded behind their end, the shorter beginnings before their first token
     * @param keepMask (B, 1, 1, S) BOOLEAN, or null where nothing is padded
     * @return the state from which {@link #decode} goes on
     */
    <T> DecoderState<T> begin(TensorOps<T> ops, T ids, T keepMask);

    /**
     * Reads tokens and predicts the next.
     *
     * @param ids (B, T), those after the tokens that the state has
     * @param state that of {@link #begin}, or of the step before
     */
    <T> DecoderOutput<T> decode(TensorOps<T> ops, T ids, DecoderState<T> state);
}
