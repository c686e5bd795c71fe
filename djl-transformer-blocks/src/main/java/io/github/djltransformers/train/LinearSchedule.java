package io.github.djltransformers.train;

import ai.djl.training.tracker.Tracker;

/**
 * A linear rise from 0 to a peak, then a linear fall to 0, with s = n - 1 updates done before update n:
 *
 * <pre>  rate = peak * s / warmUpSteps                            while s &lt; warmUpSteps
 *  rate = peak * (totalSteps - s) / (totalSteps - warmUpSteps)   after that, never below 0</pre>
 *
 * <p>n is 1 for the first update, as DJL's optimizers count; so the first update of a warm-up has rate 0, as with
 * Hugging Face's {@code get_linear_schedule_with_warmup}, which this equals.
 *
 * @param peak the highest rate
 * @param warmUpSteps the updates until the peak; 0 for none
 * @param totalSteps the updates after which the rate is 0
 */
public record LinearSchedule(double peak, int warmUpSteps, int totalSteps) implements Tracker {
    public LinearSchedule {
        Positive.check("LinearSchedule", "peak", peak);
        WarmUp.check("LinearSchedule", warmUpSteps, totalSteps);
    }

    /** {@inheritDoc} */
    @Override
    public float getNewValue(int numUpdate) {
        int done = Math.max(0, numUpdate - 1);
        if (done < warmUpSteps) {
            return (float) (peak * done / warmUpSteps);
        }
        return (float) (peak * (1 - WarmUp.progressAfter(done, warmUpSteps, totalSteps)));
    }
}
