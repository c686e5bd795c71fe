package io.github.djltransformers.train;

import ai.djl.nn.Parameter;
import ai.djl.training.tracker.ParameterTracker;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015) with weight decay as an L2 penalty: decay * w is added to the gradient before the moments, as
 * in PyTorch's {@code Adam}. {@link AdamOptimizer} has the formula.
 */
public final class Adam extends AdamOptimizer {
    /**
     * An optimizer whose decay spares biases and norms: groups {@link ParameterGroup#vectorsWithoutDecay}.
     *
     * @param parameters all parameters of the trained block, e.g. {@code ParameterNames.of(block)}
     * @param learningRate the rate by update number, from 1
     * @param config the constants
     */
    public Adam(Map<String, Parameter> parameters, ParameterTracker learningRate, AdamConfig config) {
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
    public Adam(
            Map<String, Parameter> parameters,
            ParameterTracker learningRate,
            AdamConfig config,
            List<ParameterGroup> groups) {
        super(parameters, learningRate, config, groups);
    }

    @Override
    Decay decay() {
        return Decay.IN_GRADIENT;
    }
}
