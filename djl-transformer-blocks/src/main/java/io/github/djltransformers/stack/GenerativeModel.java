package io.github.djltransformers.stack;

import io.github.djltransformers.ops.TensorOps;

/** A model that writes a sequence token by token. */
public interface GenerativeModel {
    /** The shape of the model. */
    TransformerConfig config();

    /**
     * Reads tokens and predicts the next.
     *
     * @param ids (B, T); a single column when the state already has tokens
     * @param state that before the first token, or that of the step before
     */
    <T> DecoderOutput<T> decode(TensorOps<T> ops, T ids, DecoderState<T> state);
}
