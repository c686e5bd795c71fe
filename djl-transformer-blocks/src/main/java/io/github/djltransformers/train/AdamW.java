package io.github.djltransformers.train;

import ai.djl.nn.Parameter;
import ai.djl.training.tracker.ParameterTracker;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2):
 * w is first multiplied by 1 - rate * decay, then takes the plain step, as in PyTorch's {@code AdamW}.
 * {@link AdamOptimizer} has the formula.
 */
public final class AdamW extends AdamOptimizer {
    /**
     * An optimizer whose decay spares biases and norms: groups {@link ParameterGroup#vectorsWithoutDecay}.
     *
     * @param parameters all parameters of the trained block, e.g. {@code ParameterNames.of(block)}
     * @param learningRate the rate by update number, from 1
     * @param config the constants
     */
    public AdamW(Map<String, Parameter> parameters, ParameterTracker learningRate, AdamConfig config) {
        this(parameters, learningRate, config, ParameterGroup.vectorsWithoutDecay());
    }

    /**
     * An optimizer with parameter groups.
     *
     * @param parameters all parameters of the trained block, by names that are the same in every run
     * @param learningRate the rate by update number, from 1
     * @param config the constants
     * @param groups exceptions from {@code config}; none to decay every parameter, as PyTorch does
     */
    public AdamW(
            Map<String, Parameter> parameters,
            ParameterTracker learningRate,
            AdamConfig config,
            List<ParameterGroup> groups) {
        super(parameters, learningRate, config, groups);
    }

    @Override
    Decay decay() {
        return Decay.DECOUPLED;
    }
}
