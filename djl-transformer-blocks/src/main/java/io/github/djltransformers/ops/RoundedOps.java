package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

/**
 * Computes as {@link NDArrayOps}, with what enters linear maps rounded to integers and back, as "dynamic quantisation" does.
 *
 * <p>A weight has a scale for each output. An input has one for the whole tensor, with an integer that stands for zero.
 */
public final class RoundedOps extends NDArrayOps {
    private static final float SMALLEST = 1e-12f;

    private final IntegerSteps steps;

    /**
     * @param parameterStore where parameter values come from
     * @param steps how finely is rounded
     */
    public RoundedOps(ParameterStore parameterStore, IntegerSteps steps) {
        super(parameterStore, false);
        this.steps = steps;
    }

    @Override
    public NDArray linear(NDArray x, Parameter weight, Parameter bias) {
        NDArray copy = value(weight, x).duplicate();
        copy.attach(x.getManager());
        return Linear.linear(input(x), weight(copy), bias == null ? null : value(bias, x))
                .singletonOrThrow();
    }

    private NDArray weight(NDArray weight) {
        NDArray scale = weight.abs().max(new int[] {1}, true).maximum(SMALLEST).div(steps.weight());
        return weight.div(scale).round().mul(scale);
    }

    private NDArray input(NDArray x) {
        float smallest = Math.min(0, x.min().toFloatArray()[0]);
        float largest = Math.max(0, x.max().toFloatArray()[0]);
        float scale = Math.max(SMALLEST, (largest - smallest) / steps.input());
        double zero = Math.rint(-smallest / scale);
        return x.div(scale).add(zero).round().clip(0, steps.input()).sub(zero).mul(scale);
    }
}
