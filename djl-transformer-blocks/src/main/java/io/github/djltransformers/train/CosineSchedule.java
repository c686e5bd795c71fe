package io.github.djltransformers.train;

import ai.djl.training.tracker.Tracker;

/**
 * A linear rise from 0 to a peak, then half a cosine wave down to 0, with s = n - 1 updates done before update n:
 *
 * <pre>  rate = peak * s / warmUpSteps                                                       while s &lt; warmUpSteps
 *  rate = peak * (1 + cos(pi * (s - warmUpSteps) / (totalSteps - warmUpSteps))) / 2         after that</pre>
 *
 * <p>n is 1 for the first update, as DJL's optimizers count; so the first update of a warm-up has rate 0. Equal to
 * Hugging Face's {@code get_cosine_schedule_with_warmup} up to totalSteps; it stays 0 from there, where theirs rises
 * again. Annealing after Loshchilov and Hutter, "SGDR" (2017), formula 5.
 *
 * @param peak the highest rate
 * @param warmUpSteps the updates until the peak; 0 for none
 * @param totalSteps the updates after which the rate is 0
 */
public record CosineSchedule(double peak, int warmUpSteps, int totalSteps) implements Tracker {
    public CosineSchedule {
        Positive.check("CosineSchedule", "peak", peak);
        WarmUp.check("CosineSchedule", warmUpSteps, totalSteps);
    }

    /** {@inheritDoc} */
    @Override
    public float getNewValue(int numUpdate) {
        int done = Math.max(0, numUpdate - 1);
        if (done < warmUpSteps) {
            return (float) (peak * done / warmUpSteps);
        }
        return (float) (peak * (1 + Math.cos(Math.PI * WarmUp.progressAfter(done, warmUpSteps, totalSteps))) / 2);
    }
}
