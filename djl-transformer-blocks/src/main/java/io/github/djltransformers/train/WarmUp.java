package io.github.djltransformers.train;

/** What schedules with a warm-up and an end have in common. */
final class WarmUp {
    private WarmUp() {}

    static void check(String type, int warmUpSteps, int totalSteps) {
        if (warmUpSteps < 0 || warmUpSteps >= totalSteps) {
            throw new IllegalArgumentException(type + ": warmUpSteps must be at least 0 and below totalSteps "
                    + totalSteps + ", got " + warmUpSteps);
        }
    }

    /** The part of the way from the end of the warm-up to the end of training, at most 1. */
    static double progressAfter(int done, int warmUpSteps, int totalSteps) {
        return Math.min(1, (done - warmUpSteps) / (double) (totalSteps - warmUpSteps));
    }
}
