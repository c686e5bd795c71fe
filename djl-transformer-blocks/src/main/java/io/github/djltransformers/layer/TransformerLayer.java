package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionContext;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * Self-attention, where configured attention to another sequence, then feed-forward, each with residual and norm (Vaswani et
 * al. 2017, section 3.1): a layer of an encoder, of a decoder or of a decoder-only model.
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. With cross-attention x; memory (B, S, D), the other
 * sequence; keepMask, optional; memoryKeepMask (1|B, 1|H, 1|T, S) BOOLEAN, optional. Output (B, T, D). What a query reaches
 * beyond the mask is the span of the configuration's attention.
 *
 * <p>Children {@code self_attention}, {@code self_attention_norm}, with cross-attention {@code cross_attention} and
 * {@code cross_attention_norm}, {@code feed_forward}, {@code feed_forward_norm}; with {@link NormPlacement#SANDWICH} each
 * norm also as {@code ..._after}, with {@link NormPlacement#PARALLEL_SHARED} no {@code feed_forward_norm}.
 *
 * <p>Relative positions belong to a stack, so that a layer with disentangled attention is not applied on its own.
 */
public final class TransformerLayer extends TransformerBlock {
    private final LayerConfig config;
    private final MultiHeadAttention selfAttention;
    private final MultiHeadAttention crossAttention;
    private final FeedForward feedForward;
    private final Residual selfResidual;
    private final Residual crossResidual;
    private final Residual feedForwardResidual;

    @SuppressWarnings("this-escape")
    public TransformerLayer(LayerConfig config) {
        this.config = config;
        selfAttention = addChildBlock("self_attention", new MultiHeadAttention(config.attention()));
        selfResidual = residual("self_attention_norm", config.attentionNorm());
        if (config.crossAttention() == null) {
            crossAttention = null;
            crossResidual = null;
        } else {
            crossAttention = addChildBlock("cross_attention", new MultiHeadAttention(config.crossAttention()));
            crossResidual = residual("cross_attention_norm", config.norm());
        }
        feedForward = addChildBlock("feed_forward", new FeedForward(config.modelSize(), config.feedForward()));
        feedForwardResidual = config.normPlacement() == NormPlacement.PARALLEL_SHARED
                ? selfResidual
                : residual("feed_forward_norm", config.norm());
    }

    private Residual residual(String name, NormConfig normConfig) {
        Norm norm = addChildBlock(name, new Norm(config.modelSize(), normConfig));
        Norm output = config.normPlacement() == NormPlacement.SANDWICH
                ? addChildBlock(name + "_after", new Norm(config.modelSize(), normConfig))
                : null;
        return new Residual(config.normPlacement(), norm, output, config.dropout());
    }

    /** The keys and values of the other sequence (B, S, D), computed once; null for a layer that reads none. */
    public <T> KeyValueCache<T> projectMemory(TensorOps<T> ops, T memory) {
        return crossAttention == null ? null : crossAttention.project(ops, memory, memory, null);
    }

    /**
     * The layer on the tokens after those already cached.
     *
     * @param x (B, T, D), the new tokens
     */
    public <T> LayerStep<T> step(TensorOps<T> ops, T x, LayerInput<T> input) {
        T normed = selfResidual.before(ops, x);
        KeyValueCache<T> fresh =
                selfAttention.project(ops, normed, normed, input.context().angles());
        KeyValueCache<T> cache = ops.append(input.past(), fresh.keys(), fresh.values());
        T self = selfResidual.after(ops, x, selfAttention.attend(ops, normed, cache, input.context()));
        T attended = crossAttention == null ? self : across(ops, self, input);
        T fedFrom = switch (config.normPlacement()) {
            case PARALLEL_SHARED -> normed;
            case PARALLEL -> feedForwardResidual.before(ops, x);
            default -> feedForwardResidual.before(ops, attended);
        };
        T fed = feedForward.apply(ops, fedFrom);
        return new LayerStep<>(feedForwardResidual.after(ops, attended, fed), cache);
    }

    private <T> T across(TensorOps<T> ops, T x, LayerInput<T> input) {
        T query = crossResidual.before(ops, x);
        AttentionContext<T> context = AttentionContext.of(input.memoryMask());
        return crossResidual.after(ops, x, crossAttention.attend(ops, query, input.memory(), context));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        SequenceInputs<T> given = SequenceInputs.checked(ops, name(), config, inputs);
        AttentionMask<T> memoryMask = ops.attentionMask(given.memoryKeepMask(), given.x());
        AttentionMask<T> mask = ops.spanMask(
                given.keepMask(), given.x(), null, config.attention().span());
        RotaryConfig rotary = config.attention().rotary();
        RotaryAngles<T> angles =
                rotary == null ? null : ops.rotaryAngles(given.x(), TokenPositions.after(null), rotary);
        LayerInput<T> input = new LayerInput<>(
                null, new AttentionContext<>(mask, angles, null), projectMemory(ops, given.memory()), memoryMask);
        return List.of(step(ops, given.x(), input).output());
    }

    @Override
    public List<String> inputs() {
        return SequenceInputs.names(config);
    }
}
