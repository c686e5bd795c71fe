package io.github.djltransformers.model;

/**
 * One step of decoding.
 *
 * @param logits (B, T, V), for each new token those of its successor
 * @param state to give to the next step
 */
public record DecoderOutput<T>(T logits, DecoderState<T> state) {}
