package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;

/**
 * One encoder or decoder layer.
 *
 * @param modelSize D
 * @param attention of the self-attention; that to an encoder's output is the same but for spans and positions
 * @param feedForward the feed-forward block
 * @param normPlacement where the norms stand
 * @param norm which norms
 * @param attentionNorm the one of the self-attention, usually the same
 * @param dropout rate after each branch and after the embedding (Vaswani et al. 2017, section 5.4)
 */
public record LayerConfig(
        int modelSize,
        AttentionConfig attention,
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
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LayerConfig: dropout must be in [0, 1), got " + dropout);
        }
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
        return new LayerConfig(modelSize, attention, other, normPlacement, norm, attentionNorm, dropout);
    }

    /** This configuration with another attention. */
    public LayerConfig withAttention(AttentionConfig other) {
        return new LayerConfig(modelSize, other, feedForward, normPlacement, norm, attentionNorm, dropout);
    }

    /** This configuration with its norms elsewhere. */
    public LayerConfig withNorm(NormPlacement placement) {
        return new LayerConfig(modelSize, attention, feedForward, placement, norm, attentionNorm, dropout);
    }

    /** This configuration with other norms. */
    public LayerConfig withNorm(NormConfig other) {
        return new LayerConfig(modelSize, attention, feedForward, normPlacement, other, other, dropout);
    }

    /** This configuration with another norm of the self-attention. */
    public LayerConfig withAttentionNorm(NormConfig other) {
        return new LayerConfig(modelSize, attention, feedForward, normPlacement, norm, other, dropout);
    }

    /** This configuration without biases in linear maps and norms. */
    public LayerConfig withoutBias() {
        NormConfig unbiased = new NormConfig(norm.kind(), norm.epsilon(), false);
        return withAttention(attention.withBias(false, false))
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
                feedForward.withDropout(activations),
                normPlacement,
                norm,
                attentionNorm,
                branches);
    }
}
