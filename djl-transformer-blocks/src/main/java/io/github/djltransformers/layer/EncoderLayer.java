package io.github.djltransformers.layer;

import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Self-attention, then feed-forward, each with residual and norm (Vaswani et al. 2017, section 3.1).
 *
 * <p>Inputs: x (B, T, D); keepMask (1|B, 1|H, 1|T, T) BOOLEAN, optional. Output (B, T, D). Children
 * {@code self_attention}, {@code self_attention_norm}, {@code feed_forward}, {@code feed_forward_norm}.
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
        attentionResidual = residual("self_attention_norm");
        feedForward = addChildBlock("feed_forward", new FeedForward(config));
        feedForwardResidual = residual("feed_forward_norm");
    }

    private Residual residual(String name) {
        LayerNorm norm = addChildBlock(name, new LayerNorm(config.modelSize(), config.normEpsilon(), config.bias()));
        return new Residual(config.normPlacement(), norm, config.dropout());
    }

    /**
     * @param x (B, T, D)
     * @param mask or null
     */
    public <T> T apply(TensorOps<T> ops, T x, AttentionMask<T> mask) {
        return step(ops, x, null, mask).output();
    }

    /**
     * The layer on the tokens after those already cached, as a decoder-only model uses it.
     *
     * @param x (B, T, D), the new tokens
     * @param past the cache of the tokens before, or null
     * @param mask over the cached and the new tokens, or null
     */
    public <T> LayerStep<T> step(TensorOps<T> ops, T x, KeyValueCache<T> past, AttentionMask<T> mask) {
        T normed = attentionResidual.before(ops, x);
        KeyValueCache<T> fresh = selfAttention.project(ops, normed, normed);
        KeyValueCache<T> cache = ops.append(past, fresh.keys(), fresh.values());
        T attended = attentionResidual.after(ops, x, selfAttention.attend(ops, normed, cache, mask));
        T fed = feedForward.apply(ops, feedForwardResidual.before(ops, attended));
        return new LayerStep<>(feedForwardResidual.after(ops, attended, fed), cache);
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
