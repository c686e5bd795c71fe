package io.github.djltransformers.stack;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.EncoderLayer;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.LayerStep;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.RelativeBias;
import io.github.djltransformers.position.RelativeTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of {@link EncoderLayer}s and, where configured, a final norm and relative positions. With causal spans it is the
 * stack of a decoder-only model.
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. Output (B, T, D). Children {@code layers.0} ...,
 * {@code norm}, {@code relative_bias}, {@code relative_table}.
 */
public final class Encoder extends TransformerBlock {
    private final StackConfig config;
    private final List<EncoderLayer> layers = new ArrayList<>();
    private final Norm norm;
    private final RelativeBias relativeBias;
    private final RelativeTable relativeTable;

    /** Layers that are all alike. */
    public Encoder(LayerConfig config, int depth, boolean finalNorm) {
        this(StackConfig.of(config, requirePositive(depth), finalNorm ? config.norm() : NormConfig.NONE));
    }

    private static int requirePositive(int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("Encoder: depth must be positive, got " + depth);
        }
        return depth;
    }

    @SuppressWarnings("this-escape")
    public Encoder(StackConfig config) {
        this.config = config;
        for (LayerConfig layer : config.layers()) {
            layers.add(addChildBlock("layers." + layers.size(), new EncoderLayer(layer)));
        }
        norm = config.finalNorm().kind() == NormKind.NONE
                ? null
                : addChildBlock("norm", new Norm(config.modelSize(), config.finalNorm()));
        relativeBias = config.relativeBias() == null
                ? null
                : addChildBlock("relative_bias", new RelativeBias(config.relativeBias(), config.heads()));
        relativeTable = config.relativeTable() == null
                ? null
                : addChildBlock("relative_table", new RelativeTable(config.relativeTable(), config.modelSize()));
    }

    /**
     * The stack on the tokens after those already cached.
     *
     * @param x (B, T, D)
     */
    <T> StackStep<T> step(TensorOps<T> ops, T x, StackInput<T> input) {
        LayerContexts<T> contexts = new LayerContexts<>(ops, x, input, relativeBias, relativeTable);
        T hidden = ops.layerOutput(x);
        List<KeyValueCache<T>> caches = new ArrayList<>(config.depth());
        for (int i = 0; i < config.depth(); i++) {
            int index = config.layerAt(i);
            LayerConfig layer = config.layers().get(index);
            LayerStep<T> step = layers.get(index).step(ops, hidden, input.pastOf(i), contexts.of(layer.attention()));
            boolean last = i == config.depth() - 1;
            hidden = last && norm != null ? norm.apply(ops, step.output()) : step.output();
            hidden = ops.layerOutput(hidden);
            caches.add(step.cache());
        }
        return new StackStep<>(hidden, caches);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T x = inputs.get(0);
        T keepMask = optional(inputs, 1);
        ops.check(name())
                .expect("x", x, Kind.FLOAT, "B", "T", config.modelSize())
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", "1|" + config.heads(), "1|T", "T");
        return List.of(step(ops, x, StackInput.beginning(keepMask)).output());
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "keepMask?");
    }
}
