package io.github.djltransformers.decode;

/**
 * A sequence that is written on.
 *
 * @param row the row of the batch that it comes from
 * @param token the token that it goes on with
 */
public record Continuation(int row, int token) {}
