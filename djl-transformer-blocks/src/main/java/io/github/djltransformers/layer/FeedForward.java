package io.github.djltransformers.layer;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The position-wise feed-forward block, {@code activation(x W1 + b1) W2 + b2} (Vaswani et al. 2017, equation 2). Input and
 * output (B, T, D). Children {@code inner} (F, D) and {@code outer} (D, F).
 */
public final class FeedForward extends TransformerBlock {
    private final LayerConfig config;
    private final Projection inner;
    private final Projection outer;

    @SuppressWarnings("this-escape")
    public FeedForward(LayerConfig config) {
        this.config = config;
        inner = addChildBlock("inner", new Projection(config.modelSize(), config.feedForwardSize(), config.bias()));
        outer = addChildBlock("outer", new Projection(config.feedForwardSize(), config.modelSize(), config.bias()));
    }

    public <T> T apply(TensorOps<T> ops, T x) {
        T hidden = ops.activate(inner.apply(ops, x), config.activation()); // (B, T, F)
        return outer.apply(ops, ops.dropout(hidden, config.activationDropout()));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", config.modelSize());
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
