package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.ops.ActivationFunction;

/**
 * One encoder or decoder layer.
 *
 * @param modelSize D
 * @param heads H, which must divide D
 * @param feedForwardSize F
 * @param activation between the two maps of the feed-forward block
 * @param normPlacement where the norms stand
 * @param normEpsilon added to the variance in layer normalisation
 * @param bias whether linear maps and norms have biases
 * @param dropout rate after each branch and after the embedding (Vaswani et al. 2017, section 5.4)
 * @param attentionDropout rate on attention weights
 * @param activationDropout rate after the activation
 */
public record LayerConfig(
        int modelSize,
        int heads,
        int feedForwardSize,
        ActivationFunction activation,
        NormPlacement normPlacement,
        float normEpsilon,
        boolean bias,
        float dropout,
        float attentionDropout,
        float activationDropout) {
    public LayerConfig {
        if (heads < 1 || modelSize < 1 || modelSize % heads != 0) {
            throw new IllegalArgumentException("LayerConfig: heads must divide modelSize " + modelSize + ", got "
                    + heads + "; choose a divisor of modelSize");
        }
        if (feedForwardSize < 1) {
            throw new IllegalArgumentException("LayerConfig: feedForwardSize must be positive, got " + feedForwardSize);
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("LayerConfig: normEpsilon must be positive, got " + normEpsilon);
        }
        requireRate("dropout", dropout);
        requireRate("attentionDropout", attentionDropout);
        requireRate("activationDropout", activationDropout);
        if (activation == null || normPlacement == null) {
            throw new IllegalArgumentException("LayerConfig: activation and normPlacement must be given, got "
                    + activation + " and " + normPlacement);
        }
    }

    /** ReLU, post-norm, epsilon 1e-5, biases, no dropout: PyTorch's defaults, for inference. */
    public static LayerConfig of(int modelSize, int heads, int feedForwardSize) {
        return new LayerConfig(
                modelSize, heads, feedForwardSize, ActivationFunction.RELU, NormPlacement.POST, 1e-5f, true, 0, 0, 0);
    }

    public LayerConfig withActivation(ActivationFunction function) {
        return new LayerConfig(
                modelSize,
                heads,
                feedForwardSize,
                function,
                normPlacement,
                normEpsilon,
                bias,
                dropout,
                attentionDropout,
                activationDropout);
    }

    public LayerConfig withNorm(NormPlacement placement) {
        return new LayerConfig(
                modelSize,
                heads,
                feedForwardSize,
                activation,
                placement,
                normEpsilon,
                bias,
                dropout,
                attentionDropout,
                activationDropout);
    }

    /** The three rates at once: after branches, on attention weights, after the activation. */
    public LayerConfig withDropout(float branches, float attention, float activations) {
        return new LayerConfig(
                modelSize,
                heads,
                feedForwardSize,
                activation,
                normPlacement,
                normEpsilon,
                bias,
                branches,
                attention,
                activations);
    }

    AttentionConfig attention() {
        return new AttentionConfig(modelSize, modelSize, modelSize, heads, bias, attentionDropout);
    }

    private static void requireRate(String name, float rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("LayerConfig: " + name + " must be in [0, 1), got " + rate);
        }
    }
}
