package io.github.djltransformers.position;

/**
 * Relative positions as vectors, the same for all layers of a stack.
 *
 * @param vectors (1, W, D), one a row of distances
 * @param queryRows (T, S), the row for the distance of each query to each key
 * @param keyRows (S, T), the row for the distance of each key to each query
 */
public record RelativePositions<T>(T vectors, T queryRows, T keyRows) {}
