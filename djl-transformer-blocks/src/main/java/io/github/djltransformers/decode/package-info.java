/**
 * Writing sequences with a trained model: greedy and beam search with key/value caches.
 *
 * <p>A {@link io.github.djltransformers.decode.SequenceSearch} decides which tokens are written; a
 * {@link io.github.djltransformers.decode.DecodingBatch} is all it sees of a model.
 */
package io.github.djltransformers.decode;
