package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

/**
 * Computes as {@link NDArrayOps}, with what enters linear maps rounded to integers and back, as "dynamic quantisation" does.
 *
 * <p>A weight has a scale for each output, its largest absolute value being 127. An input has 7 bits, more of which overflow
 * on some processors, and one scale for the whole tensor, from its smallest value (or zero) to its largest (or zero), with an
 * integer that stands for zero.
 */
public final class RoundedOps extends NDArrayOps {
    private static final float WEIGHT_STEPS = 127;
    private static final int INPUT_STEPS = 127;
    private static final float SMALLEST = 1e-12f;

    /**
     * @param parameterStore where parameter values come from
     */
    public RoundedOps(ParameterStore parameterStore) {
        super(parameterStore, false);
    }

    @Override
    public NDArray linear(NDArray x, Parameter weight, Parameter bias) {
        NDArray copy = value(weight, x).duplicate();
        copy.attach(x.getManager());
        return Linear.linear(input(x), weight(copy), bias == null ? null : value(bias, x))
                .singletonOrThrow();
    }

    private static NDArray weight(NDArray weight) {
        NDArray scale = weight.abs().max(new int[] {1}, true).maximum(SMALLEST).div(WEIGHT_STEPS);
        return weight.div(scale).round().mul(scale);
    }

    private static NDArray input(NDArray x) {
        float smallest = Math.min(0, x.min().toFloatArray()[0]);
        float largest = Math.max(0, x.max().toFloatArray()[0]);
        float scale = Math.max(SMALLEST, (largest - smallest) / INPUT_STEPS);
        double zero = Math.rint(-smallest / scale);
        return x.div(scale).add(zero).round().clip(0, INPUT_STEPS).sub(zero).mul(scale);
    }
}
