package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;

/**
 * One layer of an encoder or a decoder.
 *
 * @param modelSize D
 * @param attention of the self-attention
 * @param crossAttention to another sequence, such as an encoder's output, or null for a layer that reads none
 * @param feedForward the feed-forward block
 * @param normPlacement where the norms stand
 * @param norm which norms
 * @param attentionNorm the one of the self-attention, usually the same
 * @param dropout rate after each branch and after the embedding (Vaswani et al. 2017, section 5.4)
 */
public record LayerConfig(
        int modelSize,
        AttentionConfig attention,
        AttentionConfig crossAttention,
        FeedForwardConfig feedForward,
        NormPlacement normPlacement,
        NormConfig norm,
        NormConfig attentionNorm,
        float dropout) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("dropout", 0f);

    public LayerConfig {
        if (attention == null
                || feedForward == null
                || normPlacement == null
                || norm == null
                || attentionNorm == null) {
            throw new IllegalArgumentException(
                    "LayerConfig: attention, feedForward, normPlacement, norm and attentionNorm must be given, got "
                            + attention + ", " + feedForward + ", " + normPlacement + ", " + norm + " and "
                            + attentionNorm);
        }
        if (attention.modelSize() != modelSize) {
            throw new IllegalArgumentException(
                    "LayerConfig: attention's modelSize must be " + modelSize + ", got " + attention.modelSize());
        }
        if (crossAttention != null
                && (crossAttention.modelSize() != modelSize
                        || crossAttention.keySize() != modelSize
                        || crossAttention.valueSize() != modelSize)) {
            throw new IllegalArgumentException("LayerConfig: crossAttention's modelSize, keySize and valueSize must be "
                    + modelSize + ", got " + crossAttention.modelSize() + ", " + crossAttention.keySize() + " and "
                    + crossAttention.valueSize());
        }
        if (crossAttention != null && normPlacement.parallel()) {
            throw new IllegalArgumentException("LayerConfig: normPlacement must not be parallel where crossAttention is"
                    + " given, got " + normPlacement);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LayerConfig: dropout must be in [0, 1), got " + dropout);
        }
    }

    /** A layer that reads no other sequence. */
    public LayerConfig(
            int modelSize,
            AttentionConfig attention,
            FeedForwardConfig feedForward,
            NormPlacement normPlacement,
            NormConfig norm,
            NormConfig attentionNorm,
            float dropout) {
        this(modelSize, attention, null, feedForward, normPlacement, norm, attentionNorm, dropout);
    }

    /**
     * ReLU, post-norm, epsilon 1e-5, biases, no dropout: PyTorch's defaults, for inference.
     *
     * @param modelSize D
     * @param heads H, which must divide D
     * @param feedForwardSize F
     */
    public static LayerConfig of(int modelSize, int heads, int feedForwardSize) {
        NormConfig norm = NormConfig.layer(1e-5);
        return new LayerConfig(
                modelSize,
                AttentionConfig.of(modelSize, heads),
                new FeedForwardConfig(feedForwardSize, ActivationFunction.RELU, false, true, 0),
                NormPlacement.POST,
                norm,
                norm,
                0);
    }

    /** H. */
    public int heads() {
        return attention.heads();
    }

    /** This configuration with another activation of the feed-forward block. */
    public LayerConfig withActivation(ActivationFunction function) {
        return withFeedForward(feedForward.withActivation(function));
    }

    /** This configuration with another feed-forward block. */
    public LayerConfig withFeedForward(FeedForwardConfig other) {
        return new LayerConfig(
                modelSize, attention, crossAttention, other, normPlacement, norm, attentionNorm, dropout);
    }

    /** This configuration with another attention. */
    public LayerConfig withAttention(AttentionConfig other) {
        return new LayerConfig(
                modelSize, other, crossAttention, feedForward, normPlacement, norm, attentionNorm, dropout);
    }

    /** This configuration with an attention to another sequence, or null for none. */
    public LayerConfig withCrossAttention(AttentionConfig other) {
        return new LayerConfig(modelSize, attention, other, feedForward, normPlacement, norm, attentionNorm, dropout);
    }

    /** This configuration, whose queries no longer reach the keys after them. */
    public LayerConfig causal() {
        return withAttention(attention.withSpan(attention.span().causal()));
    }

    /**
     * The layer of a decoder (Vaswani et al. 2017, section 3.1): causal, and attending to the output of an encoder, where this
     * configuration does not say how as its self-attention does.
     */
    public LayerConfig decoding() {
        return crossAttention == null ? causal().withCrossAttention(attention.acrossSequences()) : causal();
    }

    /** This configuration with its norms elsewhere. */
    public LayerConfig withNorm(NormPlacement placement) {
        return new LayerConfig(
                modelSize, attention, crossAttention, feedForward, placement, norm, attentionNorm, dropout);
    }

    /** This configuration with other norms. */
    public LayerConfig withNorm(NormConfig other) {
        return new LayerConfig(modelSize, attention, crossAttention, feedForward, normPlacement, other, other, dropout);
    }

    /** This configuration with another norm of the self-attention. */
    public LayerConfig withAttentionNorm(NormConfig other) {
        return new LayerConfig(modelSize, attention, crossAttention, feedForward, normPlacement, norm, other, dropout);
    }

    /** This configuration without biases in linear maps and norms. */
    public LayerConfig withoutBias() {
        NormConfig unbiased = new NormConfig(norm.kind(), norm.epsilon(), false);
        AttentionConfig across = crossAttention == null ? null : crossAttention.withBias(false, false);
        return withAttention(attention.withBias(false, false))
                .withCrossAttention(across)
                .withFeedForward(new FeedForwardConfig(
                        feedForward.size(),
                        feedForward.activation(),
                        feedForward.gated(),
                        false,
                        feedForward.dropout()))
                .withNorm(unbiased);
    }

    /** The three rates at once: after branches, on attention weights, after the activation. */
    public LayerConfig withDropout(float branches, float attentionWeights, float activations) {
        return new LayerConfig(
                modelSize,
                attention.withDropout(attentionWeights),
                crossAttention == null ? null : crossAttention.withDropout(attentionWeights),
                feedForward.withDropout(activations),
                normPlacement,
                norm,
                attentionNorm,
                branches);
    }
}
