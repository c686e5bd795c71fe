package io.github.djltransformers.layer;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Layer normalisation of the last axis, {@code weight (x - mean) / sqrt(variance + epsilon) + bias} (Ba et al. 2016,
 * section 3). Input and output (B, T, D); parameters {@code weight} (D), ones, and {@code bias} (D), zeros.
 */
public final class LayerNorm extends TransformerBlock {
    private final int size;
    private final float epsilon;
    private final Parameter weight;
    private final Parameter bias;

    @SuppressWarnings("this-escape")
    public LayerNorm(int size, float epsilon, boolean withBias) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("LayerNorm: epsilon must be positive, got " + epsilon);
        }
        this.size = size;
        this.epsilon = epsilon;
        weight = parameter("weight", Parameter.Type.GAMMA, new Shape(size), Initializer.ONES);
        bias = withBias ? parameter("bias", Parameter.Type.BETA, new Shape(size), Initializer.ZEROS) : null;
    }

    public <T> T apply(TensorOps<T> ops, T x) {
        return ops.layerNorm(x, weight, bias, epsilon);
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
