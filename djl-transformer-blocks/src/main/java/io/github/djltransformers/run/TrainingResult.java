package io.github.djltransformers.run;

import java.nio.file.Path;

/**
 * What a run came to.
 *
 * @param step the last step done
 * @param ended false where an interrupt stopped the run before its last step
 * @param bestStep the step of the best validation score
 * @param bestScore that score
 * @param trainedSeconds time spent in steps, over all starts of the run
 * @param best weights of the best step; not there before the first validation
 * @param average the mean of the last checkpoints' weights; not there before the run has ended
 */
public record TrainingResult(
        int step, boolean ended, int bestStep, double bestScore, double trainedSeconds, Path best, Path average) {}
