package io.github.djltransformers.head;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.TensorOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text as one vector: {@code f(pool(x))} of an encoder's x, with dense layers f, divided by its length where configured
 * (Reimers and Gurevych 2019, section 3).
 *
 * <p>Inputs as {@link EncoderModel}, of which each row must keep a token. Output (B, E). Children {@code body}, {@code dense.*}.
 */
public final class SentenceEncoder extends TransformerBlock {
    /** What keeps a vector of zeros as it is: no length is less than its root. */
    private static final double LEAST_SQUARE = 1e-24;

    private final EncoderModel body;
    private final SentenceConfig config;
    private final List<Projection> dense = new ArrayList<>();
    private final Parameter unit;
    private final float epsilon;

    /**
     * @param body whose vectors are pooled; it may have its weights already
     */
    @SuppressWarnings("this-escape")
    public SentenceEncoder(EncoderModel body, SentenceConfig config) {
        this.body = addChildBlock("body", body);
        this.config = config;
        int size = body.modelSize();
        for (DenseConfig layer : config.dense()) {
            dense.add(addChildBlock("dense." + dense.size(), new Projection(size, layer.size(), layer.bias())));
            size = layer.size();
        }
        // x / |x| is the root mean square norm of x with the weight 1/sqrt(E).
        double[] weight = new double[size];
        Arrays.fill(weight, 1 / Math.sqrt(size));
        unit = config.normalized()
                ? constant("unit", new Shape(size), Initializers.constant(new double[][] {weight}))
                : null;
        epsilon = (float) (LEAST_SQUARE / size);
    }

    /** The size E of a vector. */
    public int size() {
        return config.dense().isEmpty()
                ? body.modelSize()
                : config.dense().get(dense.size() - 1).size();
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T hidden = body.apply(ops, inputs).get(0);
        T vector = config.pooling().apply(ops, hidden, inputs.get(0), optional(inputs, 1), -1);
        for (int i = 0; i < dense.size(); i++) {
            vector = dense.get(i).apply(ops, vector);
            ActivationFunction activation = config.dense().get(i).activation();
            vector = activation == ActivationFunction.IDENTITY ? vector : ops.activate(vector, activation);
        }
        return List.of(unit == null ? vector : ops.rmsNorm(vector, unit, 0, epsilon));
    }

    @Override
    public List<String> inputs() {
        return body.inputs();
    }
}
