package io.github.djltransformers.model;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.LayerStep;
import io.github.djltransformers.layer.SequenceInputs;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.RelativeBias;
import io.github.djltransformers.position.RelativeTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of {@link TransformerLayer}s and, where configured, a final norm and relative positions: an encoder, with causal
 * spans the stack of a decoder-only model, with cross-attention a decoder.
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. With cross-attention x; memory (B, S, D); keepMask,
 * optional; memoryKeepMask (1|B, 1|H, 1|T, S) BOOLEAN, optional. Output (B, T, D). Children {@code layers.0} ...,
 * {@code norm}, {@code relative_bias}, {@code relative_table}.
 */
public final class TransformerStack extends TransformerBlock {
    private final StackConfig config;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private final Norm norm;
    private final RelativeBias relativeBias;
    private final RelativeTable relativeTable;

    @SuppressWarnings("this-escape")
    public TransformerStack(StackConfig config) {
        this.config = config;
        for (LayerConfig layer : config.layers()) {
            layers.add(addChildBlock("layers." + layers.size(), new TransformerLayer(layer)));
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

    /** For each layer the keys and values of the other sequence (B, S, D), computed once; empty where none is read. */
    <T> List<KeyValueCache<T>> projectMemory(TensorOps<T> ops, T memory) {
        List<KeyValueCache<T>> projected = new ArrayList<>();
        for (int i = 0; crosses() && i < config.depth(); i++) {
            projected.add(layers.get(config.layerAt(i)).projectMemory(ops, memory));
        }
        return projected;
    }

    private boolean crosses() {
        return config.layers().get(0).crossAttention() != null;
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
            LayerStep<T> step = layers.get(index).step(ops, hidden, input.ofLayer(i, contexts.of(layer.attention())));
            boolean last = i == config.depth() - 1;
            hidden = last && norm != null ? norm.apply(ops, step.output()) : step.output();
            hidden = ops.layerOutput(hidden);
            caches.add(step.cache());
        }
        return new StackStep<>(hidden, caches);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        SequenceInputs<T> given =
                SequenceInputs.checked(ops, name(), config.layers().get(0), inputs);
        AttentionMask<T> memoryMask = ops.attentionMask(given.memoryKeepMask(), given.x());
        StackInput<T> input = StackInput.beginning(given.keepMask(), projectMemory(ops, given.memory()), memoryMask);
        return List.of(step(ops, given.x(), input).output());
    }

    @Override
    public List<String> inputs() {
        return SequenceInputs.names(config.layers().get(0));
    }
}
