package io.github.djltransformers.run;

/**
 * Where a run stands.
 *
 * @param step optimiser steps done
 * @param epoch the epoch of the next batch
 * @param batch the index of the next batch in its epoch
 * @param bestScore the best validation score, lower than any before the first
 * @param bestStep its step
 * @param badValidations validations since then
 * @param lossSum sum of loss times tokens since the last line of progress
 * @param tokens label tokens since then
 * @param trainedSeconds time spent training, over all starts
 */
record RunState(
        int step,
        long epoch,
        long batch,
        double bestScore,
        int bestStep,
        int badValidations,
        double lossSum,
        long tokens,
        double trainedSeconds) {
    RunState {
        if (step < 0 || epoch < 0 || batch < 0 || tokens < 0 || badValidations < 0 || bestStep < 0 || bestStep > step) {
            throw new IllegalArgumentException(
                    "RunState: counts must be at least 0 and bestStep at most step, got step " + step + ", epoch "
                            + epoch
                            + ", batch " + batch + ", tokens " + tokens + ", badValidations " + badValidations
                            + " and bestStep " + bestStep);
        }
    }

    static RunState start() {
        return new RunState(0, 0, 0, -Double.MAX_VALUE, 0, 0, 0, 0, 0);
    }

    RunState afterBatch(long nextEpoch, long nextBatch, double batchLoss, long batchTokens) {
        return new RunState(
                step,
                nextEpoch,
                nextBatch,
                bestScore,
                bestStep,
                badValidations,
                lossSum + batchLoss * batchTokens,
                tokens + batchTokens,
                trainedSeconds);
    }

    RunState afterStep(double seconds) {
        return new RunState(
                step + 1, epoch, batch, bestScore, bestStep, badValidations, lossSum, tokens, trainedSeconds + seconds);
    }

    RunState logged() {
        return new RunState(step, epoch, batch, bestScore, bestStep, badValidations, 0, 0, trainedSeconds);
    }

    RunState judged(double score) {
        boolean better = score > bestScore;
        return new RunState(
                step,
                epoch,
                batch,
                better ? score : bestScore,
                better ? step : bestStep,
                better ? 0 : badValidations + 1,
                lossSum,
                tokens,
                trainedSeconds);
    }
}
