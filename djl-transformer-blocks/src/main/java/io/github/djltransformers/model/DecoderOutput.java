package io.github.djltransformers.model;

/**
 * One step of decoding.
 *
 * @param logits (B, T, V), for each new token those of its successor
 * @param hidden (B, T, D) what the logits are made of, the last layer's output
 * @param state to give to the next step
 */
public record DecoderOutput<T>(T logits, T hidden, DecoderState<T> state) {}
