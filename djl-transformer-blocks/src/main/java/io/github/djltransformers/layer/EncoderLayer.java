package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * Self-attention, then feed-forward, each with residual and norm (Vaswani et al. 2017, section 3.1).
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. Output (B, T, D). Children
 * {@code self_attention}, {@code self_attention_norm}, {@code feed_forward}, {@code feed_forward_norm}; with
 * {@link NormPlacement#SANDWICH} also {@code self_attention_norm_after} and {@code feed_forward_norm_after}.
 *
 * <p>Relative positions belong to a stack, so that a layer with disentangled attention is not applied on its own.
 */
public final class EncoderLayer extends TransformerBlock {
    private final LayerConfig config;
    private final MultiHeadAttention selfAttention;
    private final FeedForward feedForward;
    private final Residual attentionResidual;
    private final Residual feedForwardResidual;

    @SuppressWarnings("this-escape")
    public EncoderLayer(LayerConfig config) {
        this.config = config;
        selfAttention = addChildBlock("self_attention", new MultiHeadAttention(config.attention()));
        attentionResidual = residual("self_attention_norm", config.attentionNorm());
        feedForward = addChildBlock("feed_forward", new FeedForward(config.modelSize(), config.feedForward()));
        feedForwardResidual = config.normPlacement() == NormPlacement.PARALLEL_SHARED
                ? attentionResidual
                : residual("feed_forward_norm", config.norm());
    }

    private Residual residual(String name, NormConfig normConfig) {
        Norm norm = addChildBlock(name, new Norm(config.modelSize(), normConfig));
        Norm output = config.normPlacement() == NormPlacement.SANDWICH
                ? addChildBlock(name + "_after", new Norm(config.modelSize(), normConfig))
                : null;
        return new Residual(config.normPlacement(), norm, output, config.dropout());
    }

    /**
     * The layer on the tokens after those already cached, as a decoder-only model uses it.
     *
     * @param x (B, T, D), the new tokens
     * @param past the cache of the tokens before, or null
     * @param context over the cached and the new tokens
     */
    public <T> LayerStep<T> step(TensorOps<T> ops, T x, KeyValueCache<T> past, AttentionContext<T> context) {
        T normed = attentionResidual.before(ops, x);
        LayerStep<T> attention = SelfAttentionBranch.apply(ops, selfAttention, normed, past, context);
        T attended = attentionResidual.after(ops, x, attention.output());
        T fedFrom = switch (config.normPlacement()) {
            case PARALLEL_SHARED -> normed;
            case PARALLEL -> feedForwardResidual.before(ops, x);
            default -> feedForwardResidual.before(ops, attended);
        };
        T fed = feedForward.apply(ops, fedFrom);
        return new LayerStep<>(feedForwardResidual.after(ops, attended, fed), attention.cache());
    }

    private <T> AttentionContext<T> context(TensorOps<T> ops, T x, AttentionMask<T> mask) {
        RotaryConfig rotary = config.attention().rotary();
        RotaryAngles<T> angles = rotary == null ? null : ops.rotaryAngles(x, TokenPositions.after(null), rotary);
        return new AttentionContext<>(mask, angles, null);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T x = inputs.get(0);
        T keepMask = optional(inputs, 1);
        ops.check(name())
                .expect("x", x, Kind.FLOAT, "B", "T", config.modelSize())
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", "1|" + config.heads(), "1|T", "T");
        AttentionMask<T> mask =
                ops.spanMask(keepMask, x, null, config.attention().span());
        return List.of(step(ops, x, null, context(ops, x, mask)).output());
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "keepMask?");
    }
}
