package io.github.djltransformers.stack;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.DecoderLayer;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.LayerStep;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.RelativeBias;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of {@link DecoderLayer}s and, where configured, a final norm and a relative bias. Self-attention is causal whatever
 * span is configured.
 *
 * <p>Inputs: x (B, T, D); memory (B, S, D); selfKeepMask (1|B, 1|H, 1|T, T) and memoryKeepMask (1|B, 1|H, 1|T, S), BOOLEAN,
 * optional. Output (B, T, D). Children {@code layers.0} ..., {@code norm}, {@code relative_bias}.
 */
public final class Decoder extends TransformerBlock {
    private final StackConfig config;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final Norm norm;
    private final RelativeBias relativeBias;

    /** Layers that are all alike. */
    public Decoder(LayerConfig config, int depth, boolean finalNorm) {
        this(StackConfig.of(config, requirePositive(depth), finalNorm ? config.norm() : NormConfig.NONE));
    }

    private static int requirePositive(int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("Decoder: depth must be positive, got " + depth);
        }
        return depth;
    }

    @SuppressWarnings("this-escape")
    public Decoder(StackConfig stack) {
        config = stack.causal();
        if (config.depth() != config.layers().size() || config.relativeTable() != null) {
            throw new IllegalArgumentException("Decoder: layers must be distinct and relativeTable null, got " + stack);
        }
        for (LayerConfig layer : config.layers()) {
            layers.add(addChildBlock("layers." + layers.size(), new DecoderLayer(layer)));
        }
        norm = config.finalNorm().kind() == NormKind.NONE
                ? null
                : addChildBlock("norm", new Norm(config.modelSize(), config.finalNorm()));
        relativeBias = config.relativeBias() == null
                ? null
                : addChildBlock("relative_bias", new RelativeBias(config.relativeBias(), config.heads()));
    }

    /** The keys and values of the encoder's output (B, S, D) for each layer. */
    <T> List<KeyValueCache<T>> projectMemory(TensorOps<T> ops, T memory) {
        List<KeyValueCache<T>> projected = new ArrayList<>(layers.size());
        for (DecoderLayer layer : layers) {
            projected.add(layer.projectMemory(ops, memory));
        }
        return projected;
    }

    /**
     * The stack on the tokens after those already cached.
     *
     * @param x (B, T, D)
     * @param memory as {@link #projectMemory} gives it
     * @param memoryMask or null
     */
    <T> StackStep<T> step(
            TensorOps<T> ops, T x, StackInput<T> input, List<KeyValueCache<T>> memory, AttentionMask<T> memoryMask) {
        LayerContexts<T> contexts = new LayerContexts<>(ops, x, input, relativeBias, null);
        T hidden = ops.layerOutput(x);
        List<KeyValueCache<T>> caches = new ArrayList<>(layers.size());
        for (int i = 0; i < layers.size(); i++) {
            LayerConfig layer = config.layers().get(i);
            LayerStep<T> step = layers.get(i)
                    .step(ops, hidden, input.pastOf(i), contexts.of(layer.attention()), memory.get(i), memoryMask);
            boolean last = i == layers.size() - 1;
            hidden = last && norm != null ? norm.apply(ops, step.output()) : step.output();
            hidden = ops.layerOutput(hidden);
            caches.add(step.cache());
        }
        return new StackStep<>(hidden, caches);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T x = inputs.get(0);
        T memory = inputs.get(1);
        T selfKeepMask = optional(inputs, 2);
        T memoryKeepMask = optional(inputs, 3);
        String heads = "1|" + config.heads();
        ops.check(name())
                .expect("x", x, Kind.FLOAT, "B", "T", config.modelSize())
                .expect("memory", memory, Kind.FLOAT, "B", "S", config.modelSize())
                .expect("selfKeepMask", selfKeepMask, Kind.BOOLEAN, "1|B", heads, "1|T", "T")
                .expect("memoryKeepMask", memoryKeepMask, Kind.BOOLEAN, "1|B", heads, "1|T", "S");
        AttentionMask<T> memoryMask = ops.attentionMask(memoryKeepMask, x);
        return List.of(step(ops, x, StackInput.beginning(selfKeepMask), projectMemory(ops, memory), memoryMask)
                .output());
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "memory", "selfKeepMask?", "memoryKeepMask?");
    }
}
