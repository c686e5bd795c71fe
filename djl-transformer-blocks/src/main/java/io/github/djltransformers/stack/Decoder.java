package io.github.djltransformers.stack;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.DecoderLayer;
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
 * A stack of {@link DecoderLayer}s and, where configured, a final norm.
 *
 * <p>Inputs: x (B, T, D); memory (B, S, D); selfKeepMask (1|B, 1|H, 1|T, T) and memoryKeepMask (1|B, 1|H, 1|T, S), BOOLEAN,
 * optional; self-attention is causal in any case. Output (B, T, D). Children {@code layers.0} ..., {@code norm}.
 */
public final class Decoder extends TransformerBlock {
    private final LayerConfig config;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final LayerNorm norm;

    @SuppressWarnings("this-escape")
    public Decoder(LayerConfig config, int depth, boolean finalNorm) {
        if (depth < 1) {
            throw new IllegalArgumentException("Decoder: depth must be positive, got " + depth);
        }
        this.config = config;
        for (int i = 0; i < depth; i++) {
            layers.add(addChildBlock("layers." + i, new DecoderLayer(config)));
        }
        norm = finalNorm
                ? addChildBlock("norm", new LayerNorm(config.modelSize(), config.normEpsilon(), config.bias()))
                : null;
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
     * @param past one cache a layer, or null
     * @param selfMask null when x is a single token
     * @param memory as {@link #projectMemory} gives it
     * @param memoryMask or null
     */
    <T> StackStep<T> step(
            TensorOps<T> ops,
            T x,
            List<KeyValueCache<T>> past,
            AttentionMask<T> selfMask,
            List<KeyValueCache<T>> memory,
            AttentionMask<T> memoryMask) {
        T hidden = x;
        List<KeyValueCache<T>> caches = new ArrayList<>(layers.size());
        for (int i = 0; i < layers.size(); i++) {
            KeyValueCache<T> cache = past == null ? null : past.get(i);
            LayerStep<T> step = layers.get(i).step(ops, hidden, cache, selfMask, memory.get(i), memoryMask);
            hidden = step.output();
            caches.add(step.cache());
        }
        return new StackStep<>(norm == null ? hidden : norm.apply(ops, hidden), caches);
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
        return List.of(step(ops, x, null, ops.causalMask(selfKeepMask, x), projectMemory(ops, memory), memoryMask)
                .output());
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "memory", "selfKeepMask?", "memoryKeepMask?");
    }
}
