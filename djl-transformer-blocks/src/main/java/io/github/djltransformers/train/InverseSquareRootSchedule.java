package io.github.djltransformers.train;

import ai.djl.training.tracker.Tracker;

/**
 * A linear rise to a peak, then a fall with the inverse square root of the update number:
 *
 * <pre>  rate(n) = peak * min(n / warmUpSteps, sqrt(warmUpSteps / n))</pre>
 *
 * <p>n is 1 for the first update, as DJL's optimizers count. This is fairseq's {@code inverse_sqrt} with an initial rate
 * of 0, and {@link NoamSchedule} with its highest rate given instead of derived from the model's width.
 *
 * @param peak the rate at n = warmUpSteps
 * @param warmUpSteps the updates until the peak
 */
public record InverseSquareRootSchedule(double peak, int warmUpSteps) implements Tracker {
    public InverseSquareRootSchedule {
        Positive.check("InverseSquareRootSchedule", "peak", peak);
        Positive.check("InverseSquareRootSchedule", "warmUpSteps", warmUpSteps);
    }

    /** {@inheritDoc} */
    @Override
    public float getNewValue(int numUpdate) {
        double n = Math.max(1, numUpdate);
        return (float) (peak * Math.min(n / warmUpSteps, Math.sqrt(warmUpSteps / n)));
    }
}
