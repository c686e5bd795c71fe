package io.github.djltransformers.norm;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Normalisation of the last axis: layer normalisation {@code weight (x - mean) / sqrt(variance + epsilon) + bias} (Ba et al.
 * 2016, section 3), root mean square normalisation {@code weight x / sqrt(mean(x^2) + epsilon)} (Zhang and Sennrich 2019,
 * equation 4), the same with {@code 1 + weight}, or none.
 *
 * <p>Input and output (B, T, D); parameters {@code weight} (D), which starts at no effect, and {@code bias} (D), zeros.
 */
public final class Norm extends TransformerBlock {
    private final int size;
    private final NormConfig config;
    private final Parameter weight;
    private final Parameter bias;

    @SuppressWarnings("this-escape")
    public Norm(int size, NormConfig config) {
        this.size = size;
        this.config = config;
        weight = switch (config.kind()) {
            case LAYER, RMS -> parameter("weight", Parameter.Type.GAMMA, new Shape(size), Initializer.ONES);
            case RMS_FROM_ONE -> parameter("weight", Parameter.Type.GAMMA, new Shape(size), Initializer.ZEROS);
            case NONE -> null;
        };
        bias = config.bias() ? parameter("bias", Parameter.Type.BETA, new Shape(size), Initializer.ZEROS) : null;
    }

    /**
     * @param x (..., D)
     */
    public <T> T apply(TensorOps<T> ops, T x) {
        return switch (config.kind()) {
            case LAYER -> ops.layerNorm(x, weight, bias, config.epsilon());
            case RMS -> ops.rmsNorm(x, weight, 0, config.epsilon());
            case RMS_FROM_ONE -> ops.rmsNorm(x, weight, 1, config.epsilon());
            case NONE -> x;
        };
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", size);
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
