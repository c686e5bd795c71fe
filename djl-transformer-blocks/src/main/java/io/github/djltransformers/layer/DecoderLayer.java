package io.github.djltransformers.layer;

import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Self-attention, attention to the encoder's output, then feed-forward, each with residual and norm (Vaswani et al. 2017,
 * section 3.1).
 *
 * <p>Inputs: x (B, T, D); memory (B, S, D); selfKeepMask (1|B, 1|H, 1|T, T) BOOLEAN and memoryKeepMask (1|B, 1|H, 1|T, S)
 * BOOLEAN. The self-attention is causal whatever selfKeepMask adds to that. Output (B, T, D). Children
 * {@code self_attention}, {@code self_attention_norm}, {@code cross_attention}, {@code cross_attention_norm},
 * {@code feed_forward}, {@code feed_forward_norm}.
 */
public final class DecoderLayer extends TransformerBlock {
    private final LayerConfig config;
    private final MultiHeadAttention selfAttention;
    private final MultiHeadAttention crossAttention;
    private final FeedForward feedForward;
    private final Residual selfResidual;
    private final Residual crossResidual;
    private final Residual feedForwardResidual;

    @SuppressWarnings("this-escape")
    public DecoderLayer(LayerConfig config) {
        this.config = config;
        selfAttention = addChildBlock("self_attention", new MultiHeadAttention(config.attention()));
        selfResidual = residual("self_attention_norm");
        crossAttention = addChildBlock("cross_attention", new MultiHeadAttention(config.attention()));
        crossResidual = residual("cross_attention_norm");
        feedForward = addChildBlock("feed_forward", new FeedForward(config));
        feedForwardResidual = residual("feed_forward_norm");
    }

    private Residual residual(String name) {
        LayerNorm norm = addChildBlock(name, new LayerNorm(config.modelSize(), config.normEpsilon(), config.bias()));
        return new Residual(config.normPlacement(), norm, config.dropout());
    }

    /** The keys and values of the encoder's output, computed once a sentence. */
    public <T> KeyValueCache<T> projectMemory(TensorOps<T> ops, T memory) {
        return crossAttention.project(ops, memory, memory);
    }

    /**
     * The layer on the tokens after those already cached.
     *
     * @param x (B, T, D), the new tokens
     * @param past the cache of the tokens before, or null
     * @param selfMask over the cached and the new tokens; null when x is a single token, which may see everything
     * @param memory as {@link #projectMemory} gives it
     * @param memoryMask or null
     */
    public <T> LayerStep<T> step(
            TensorOps<T> ops,
            T x,
            KeyValueCache<T> past,
            AttentionMask<T> selfMask,
            KeyValueCache<T> memory,
            AttentionMask<T> memoryMask) {
        T normed = selfResidual.before(ops, x);
        KeyValueCache<T> fresh = selfAttention.project(ops, normed, normed);
        KeyValueCache<T> cache = ops.append(past, fresh.keys(), fresh.values());
        T self = selfResidual.after(ops, x, selfAttention.attend(ops, normed, cache, selfMask));
        T query = crossResidual.before(ops, self);
        T cross = crossResidual.after(ops, self, crossAttention.attend(ops, query, memory, memoryMask));
        T fed = feedForward.apply(ops, feedForwardResidual.before(ops, cross));
        return new LayerStep<>(feedForwardResidual.after(ops, cross, fed), cache);
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
