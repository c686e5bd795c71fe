package io.github.djltransformers.readme;

// README: block
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * A bottleneck that is added to what passes it: x + W_up swish(W_down norm(x)), the identity before training (adapters,
 * Houlsby et al. 2019, section 2.1). Input and output x (B, T, D).
 */
public final class Adapter extends TransformerBlock {
    private final int size;
    private final Norm norm;
    private final Projection down;
    private final Projection up;

    @SuppressWarnings("this-escape")
    public Adapter(int size, int bottleneck) {
        this.size = size;
        norm = addChildBlock("norm", new Norm(size, NormConfig.layer(1e-5)));
        down = addChildBlock("down", new Projection(size, bottleneck, true));
        up = addChildBlock("up", new Projection(bottleneck, size, true));
        up.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
    }

    /** For use in other blocks. */
    public <T> T apply(TensorOps<T> ops, T x) {
        T narrow = ops.activate(down.apply(ops, norm.apply(ops, x)), ActivationFunction.SWISH);
        return ops.add(x, up.apply(ops, narrow));
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
// end
