package io.github.djltransformers.train;

import ai.djl.training.tracker.Tracker;

/**
 * The learning rate of Vaswani et al., "Attention Is All You Need" (2017), section 5.3, formula 3:
 *
 * <pre>  rate(n) = factor * modelDimension^-0.5 * min(n^-0.5, n * warmUpSteps^-1.5)</pre>
 *
 * <p>It rises linearly to {@code factor / sqrt(modelDimension * warmUpSteps)} at n = warmUpSteps and falls with the
 * inverse square root of n from there. n is 1 for the first update, as DJL's optimizers count.
 *
 * @param modelDimension the width D of the model
 * @param warmUpSteps the updates until the highest rate
 * @param factor 1 in the paper
 */
public record NoamSchedule(int modelDimension, int warmUpSteps, double factor) implements Tracker {
    public NoamSchedule {
        Positive.check("NoamSchedule", "modelDimension", modelDimension);
        Positive.check("NoamSchedule", "warmUpSteps", warmUpSteps);
        Positive.check("NoamSchedule", "factor", factor);
    }

    /** The paper's schedule: a factor of 1. */
    public NoamSchedule(int modelDimension, int warmUpSteps) {
        this(modelDimension, warmUpSteps, 1);
    }

    /** {@inheritDoc} */
    @Override
    public float getNewValue(int numUpdate) {
        double n = Math.max(1, numUpdate);
        return (float)
                (factor / Math.sqrt(modelDimension) * Math.min(1 / Math.sqrt(n), n * Math.pow(warmUpSteps, -1.5)));
    }
}
