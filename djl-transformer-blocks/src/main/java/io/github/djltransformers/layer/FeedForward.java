package io.github.djltransformers.layer;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The position-wise feed-forward block, {@code activation(x W1 + b1) W2 + b2} (Vaswani et al. 2017, equation 2), or gated
 * {@code (activation(x W3 + b3) * (x W1 + b1)) W2 + b2} (Shazeer 2020, equation 6). Input and output (B, T, D). Children
 * {@code inner} (F, D), {@code outer} (D, F) and, where gated, {@code gate} (F, D).
 */
public final class FeedForward extends TransformerBlock {
    private final int modelSize;
    private final FeedForwardConfig config;
    private final Projection inner;
    private final Projection gate;
    private final Projection outer;

    /**
     * @param modelSize D
     */
    @SuppressWarnings("this-escape")
    public FeedForward(int modelSize, FeedForwardConfig config) {
        this.modelSize = modelSize;
        this.config = config;
        inner = addChildBlock("inner", new Projection(modelSize, config.size(), config.bias()));
        gate = config.gated() ? addChildBlock("gate", new Projection(modelSize, config.size(), config.bias())) : null;
        outer = addChildBlock("outer", new Projection(config.size(), modelSize, config.bias()));
    }

    /**
     * @param x (B, T, D)
     */
    public <T> T apply(TensorOps<T> ops, T x) {
        T hidden = inner.apply(ops, x); // (B, T, F)
        T active = gate == null
                ? ops.activate(hidden, config.activation())
                : ops.multiply(ops.activate(gate.apply(ops, x), config.activation()), hidden);
        return outer.apply(ops, ops.dropout(active, config.dropout()));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", modelSize);
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
