package io.github.djltransformers.text.data;

/**
 * How {@link TokenBatches} cuts an epoch into batches.
 *
 * @param maximumTokens the most positions in a batch: rows times the longer of source and target length, padding
 *     included
 * @param lengthNoise how far a pair may stray from the pairs of its length, as a fraction of the length: 0 batches by
 *     exact length, so that the same lengths always meet
 * @param seed where all randomness comes from, together with the epoch
 */
public record BatchConfig(int maximumTokens, double lengthNoise, long seed) {
    /** A twentieth of the length: batches vary between epochs, and padding stays low. */
    public static final double DEFAULT_LENGTH_NOISE = 0.05;

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException if the budget is not positive or the noise is outside 0 to 1
     */
    public BatchConfig {
        if (maximumTokens < 1) {
            throw new IllegalArgumentException("BatchConfig: maximumTokens must be at least 1, got " + maximumTokens);
        }
        if (!(lengthNoise >= 0 && lengthNoise <= 1)) {
            throw new IllegalArgumentException("BatchConfig: lengthNoise must be within 0 and 1, got " + lengthNoise);
        }
    }

    /**
     * Returns a configuration with the default noise.
     *
     * @param maximumTokens the most positions in a batch
     * @param seed the seed
     * @return the configuration
     */
    public static BatchConfig of(int maximumTokens, long seed) {
        return new BatchConfig(maximumTokens, DEFAULT_LENGTH_NOISE, seed);
    }
}
