package io.github.djltransformers.ops;

/**
 * The cosines and sines of rotary positions.
 *
 * @param cosines (1|B, 1, T, R), the R/2 of the frequencies twice
 * @param sines the same shape
 * @param size R
 */
public record RotaryAngles<T>(T cosines, T sines, int size) {}
