package io.github.djltransformers.stack;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.EncoderLayer;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.LayerNorm;
import io.github.djltransformers.layer.LayerStep;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of {@link EncoderLayer}s and, where configured, a final norm.
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. Output (B, T, D). Children {@code layers.0} ...,
 * {@code norm}.
 */
public final class Encoder extends TransformerBlock {
    private final LayerConfig config;
    private final List<EncoderLayer> layers = new ArrayList<>();
    private final LayerNorm norm;

    @SuppressWarnings("this-escape")
    public Encoder(LayerConfig config, int depth, boolean finalNorm) {
        if (depth < 1) {
            throw new IllegalArgumentException("Encoder: depth must be positive, got " + depth);
        }
        this.config = config;
        for (int i = 0; i < depth; i++) {
            layers.add(addChildBlock("layers." + i, new EncoderLayer(config)));
        }
        norm = finalNorm
                ? addChildBlock("norm", new LayerNorm(config.modelSize(), config.normEpsilon(), config.bias()))
                : null;
    }

    /**
     * @param x (B, T, D)
     * @param mask or null
     */
    public <T> T apply(TensorOps<T> ops, T x, AttentionMask<T> mask) {
        return step(ops, x, null, mask).output();
    }

    /**
     * The stack on the tokens after those already cached, as a decoder-only model uses it.
     *
     * @param past one cache a layer, or null
     */
    <T> StackStep<T> step(TensorOps<T> ops, T x, List<KeyValueCache<T>> past, AttentionMask<T> mask) {
        T hidden = x;
        List<KeyValueCache<T>> caches = new ArrayList<>(layers.size());
        for (int i = 0; i < layers.size(); i++) {
            LayerStep<T> step = layers.get(i).step(ops, hidden, past == null ? null : past.get(i), mask);
            hidden = step.output();
            caches.add(step.cache());
        }
        return new StackStep<>(norm == null ? hidden : norm.apply(ops, hidden), caches);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T x = inputs.get(0);
        T keepMask = optional(inputs, 1);
        ops.check(name())
                .expect("x", x, Kind.FLOAT, "B", "T", config.modelSize())
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", "1|" + config.heads(), "1|T", "T");
        return List.of(apply(ops, x, ops.attentionMask(keepMask, x)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "keepMask?");
    }
}
