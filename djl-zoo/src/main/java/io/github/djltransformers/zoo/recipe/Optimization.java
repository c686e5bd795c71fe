package io.github.djltransformers.zoo.recipe;

import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.train.AdamConfig;
import io.github.djltransformers.train.AdamW;
import io.github.djltransformers.train.CosineSchedule;
import io.github.djltransformers.train.SecondMoment;

/**
 * AdamW and a learning rate that rises linearly, then falls to zero along a half cosine.
 *
 * @param learningRate its peak
 * @param warmUpSteps steps to the peak
 * @param weightDecay decoupled, not for biases and norms
 * @param labelSmoothing of the cross-entropy
 */
public record Optimization(
        double learningRate,
        int warmUpSteps,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double labelSmoothing) {
    public Optimization {
        require(learningRate > 0 && learningRate <= 1, "learningRate", "be above 0 and at most 1", learningRate);
        require(warmUpSteps >= 0, "warmUpSteps", "be at least 0", warmUpSteps);
        require(beta1 >= 0 && beta1 < 1, "beta1", "be in [0, 1)", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2", "be in [0, 1)", beta2);
        require(epsilon > 0, "epsilon", "be positive", epsilon);
        require(weightDecay >= 0, "weightDecay", "be at least 0", weightDecay);
        require(labelSmoothing >= 0 && labelSmoothing < 1, "labelSmoothing", "be in [0, 1)", labelSmoothing);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("Optimization: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * The learning rate of each step.
     *
     * @param steps after which it is zero
     */
    Tracker schedule(int steps) {
        return new CosineSchedule(learningRate, warmUpSteps, steps);
    }

    /** The optimiser of a block's parameters; the caller closes it. */
    AdamW adamW(TransformerBlock block, Tracker rate) {
        AdamConfig config = new AdamConfig(beta1, beta2, epsilon, weightDecay, SecondMoment.CURRENT);
        return new AdamW(ParameterNames.of(block), rate, config);
    }
}
