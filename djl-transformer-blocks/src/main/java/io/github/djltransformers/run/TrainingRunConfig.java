package io.github.djltransformers.run;

/**
 * How a run proceeds.
 *
 * @param steps optimiser steps in all
 * @param accumulation batches whose gradients make one step
 * @param clipNorm the largest global norm of the gradients; infinity for no clipping
 * @param logEvery steps between lines of progress
 * @param validateEvery steps between validations
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints how many of the last checkpoints are kept, and averaged at the end
 * @param patience validations without a better score before the run stops early
 * @param seed of batches and dropout
 */
public record TrainingRunConfig(
        int steps,
        int accumulation,
        double clipNorm,
        int logEvery,
        int validateEvery,
        int checkpointEvery,
        int keepCheckpoints,
        int patience,
        long seed) {
    public TrainingRunConfig {
        requirePositive("steps", steps);
        requirePositive("accumulation", accumulation);
        requirePositive("logEvery", logEvery);
        requirePositive("validateEvery", validateEvery);
        requirePositive("checkpointEvery", checkpointEvery);
        requirePositive("keepCheckpoints", keepCheckpoints);
        requirePositive("patience", patience);
        if (!(clipNorm > 0)) {
            throw new IllegalArgumentException("TrainingRunConfig: clipNorm must be positive, got " + clipNorm);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("TrainingRunConfig: " + name + " must be at least 1, got " + value);
        }
    }
}
