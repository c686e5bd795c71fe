package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
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
        if (config.normPlacement().parallel()) {
            throw new IllegalArgumentException(
                    "DecoderLayer: normPlacement must not be parallel, got " + config.normPlacement());
        }
        this.config = config;
        selfAttention = addChildBlock("self_attention", new MultiHeadAttention(config.attention()));
        selfResidual = residual("self_attention_norm");
        crossAttention = addChildBlock(
                "cross_attention", new MultiHeadAttention(config.attention().acrossSequences()));
        crossResidual = residual("cross_attention_norm");
        feedForward = addChildBlock("feed_forward", new FeedForward(config.modelSize(), config.feedForward()));
        feedForwardResidual = residual("feed_forward_norm");
    }

    private Residual residual(String name) {
        Norm norm = addChildBlock(name, new Norm(config.modelSize(), config.norm()));
        Norm output = config.normPlacement() == NormPlacement.SANDWICH
                ? addChildBlock(name + "_after", new Norm(config.modelSize(), config.norm()))
                : null;
        return new Residual(config.normPlacement(), norm, output, config.dropout());
    }

    /** The keys and values of the encoder's output, computed once a sentence. */
    public <T> KeyValueCache<T> projectMemory(TensorOps<T> ops, T memory) {
        return crossAttention.project(ops, memory, memory, null);
    }

    /**
     * The layer on the tokens after those already cached.
     *
     * @param x (B, T, D), the new tokens
     * @param past the cache of the tokens before, or null
     * @param context of the self-attention, over the cached and the new tokens
     * @param memory as {@link #projectMemory} gives it
     * @param memoryMask or null
     */
    public <T> LayerStep<T> step(
            TensorOps<T> ops,
            T x,
            KeyValueCache<T> past,
            AttentionContext<T> context,
            KeyValueCache<T> memory,
            AttentionMask<T> memoryMask) {
        LayerStep<T> attention =
                SelfAttentionBranch.apply(ops, selfAttention, selfResidual.before(ops, x), past, context);
        T self = selfResidual.after(ops, x, attention.output());
        T query = crossResidual.before(ops, self);
        T attended = crossAttention.attend(ops, query, memory, AttentionContext.of(memoryMask));
        T cross = crossResidual.after(ops, self, attended);
        T fed = feedForward.apply(ops, feedForwardResidual.before(ops, cross));
        return new LayerStep<>(feedForwardResidual.after(ops, cross, fed), attention.cache());
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
        AttentionMask<T> mask =
                ops.spanMask(selfKeepMask, x, null, config.attention().span().causal());
        RotaryConfig rotary = config.attention().rotary();
        AttentionContext<T> context = new AttentionContext<>(
                mask, rotary == null ? null : ops.rotaryAngles(x, TokenPositions.after(null), rotary), null);
        return List.of(step(ops, x, null, context, projectMemory(ops, memory), memoryMask)
                .output());
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "memory", "selfKeepMask?", "memoryKeepMask?");
    }
}
