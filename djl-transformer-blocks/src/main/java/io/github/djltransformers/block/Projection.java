package io.github.djltransformers.block;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The linear map {@code x W^T + b} of the last axis.
 *
 * <p>Parameters: {@code weight} (out, in), Xavier uniform; {@code bias} (out), zero. Input x (B, T, in), output (B, T, out).
 */
public final class Projection extends TransformerBlock {
    private final int in;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * @param in size of the last axis of the input
     * @param out size of the last axis of the output
     * @param withBias whether b is there
     */
    @SuppressWarnings("this-escape")
    public Projection(int in, int out, boolean withBias) {
        this.in = in;
        weight = parameter("weight", Parameter.Type.WEIGHT, new Shape(out, in), Initializers.xavierUniform());
        bias = withBias ? parameter("bias", Parameter.Type.BIAS, new Shape(out), Initializer.ZEROS) : null;
    }

    public <T> T apply(TensorOps<T> ops, T x) {
        return ops.linear(x, weight, bias);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", in);
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
