package io.github.djltransformers.decode;

/**
 * A written token.
 *
 * @param id of the vocabulary
 * @param logProbability the natural logarithm of the probability that the model gave it
 */
public record GeneratedToken(int id, double logProbability) {}
