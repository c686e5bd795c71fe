package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** The sum that {@link CostOps} keeps. A parameter counts once, however often it is read. */
final class CostTally {
    private final int elementBytes;
    private final Set<Parameter> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private Cost cost = Cost.NONE;

    /** @param elementBytes of a parameter's or floating-point tensor's element */
    CostTally(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    Cost cost() {
        return cost;
    }

    static long size(TensorShape x) {
        return x.shape().size();
    }

    static long size(AttentionMask<TensorShape> mask) {
        if (mask == null) {
            return 0;
        }
        return size(mask.scoreBias()) + (mask.attendable() == null ? 0 : size(mask.attendable()));
    }

    /** For one element. */
    static long flops(ActivationFunction function) {
        return switch (function) {
            case IDENTITY -> 0;
            case RELU, TANH, SIGMOID, RELU6 -> 1;
            case GELU, SWISH, SQUARED_RELU, LEAKY_RELU -> 2;
            case QUICK_GELU -> 3;
            case MISH -> 4;
            case GELU_TANH -> 8;
        };
    }

    void matmul(long flops) {
        cost = cost.plus(new Cost(0, flops, 0, 0, 0));
    }

    void flops(long flops) {
        cost = cost.plus(new Cost(0, 0, flops, 0, 0));
    }

    /** The scores of attention and their softmax. */
    void scores(TensorShape query, TensorShape key, AttentionMask<TensorShape> mask, ScoreScale scale) {
        long keys = key.shape().get(2);
        matmul(2 * size(query) * keys);
        long scores = query.shape().slice(0, 3).size() * keys; // B H T S
        long masking = mask == null ? 0 : mask.attendable() == null ? 1 : 2;
        flops(size(query) + (5 + masking + (scale.capped() ? 3 : 0)) * scores);
    }

    void read(Parameter parameter) {
        read(parameter, parameter.getShape().size());
    }

    void read(Parameter parameter, long elements) {
        long fresh = used.add(parameter) ? parameter.getShape().size() : 0;
        cost = cost.plus(new Cost(fresh, 0, 0, elements * elementBytes, 0));
    }

    void activations(long elements) {
        bytes(elements * elementBytes);
    }

    void ids(TensorShape ids) {
        DataType type = ids.dataType() == null ? DataType.INT64 : ids.dataType();
        bytes(size(ids) * type.getNumOfBytes());
    }

    void bytes(long bytes) {
        cost = cost.plus(new Cost(0, 0, 0, 0, bytes));
    }
}
