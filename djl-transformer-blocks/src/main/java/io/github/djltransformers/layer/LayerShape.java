package io.github.djltransformers.layer;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ActivationFunction;

/**
 * A layer of the transformer of Vaswani et al. 2017, as recipes and files of version 1 write it.
 *
 * @param modelSize D
 * @param heads H, which must divide D
 * @param feedForwardSize F
 * @param activation between the two maps of the feed-forward block
 * @param normPlacement where the layer norms stand
 * @param normEpsilon added to their variance
 * @param bias whether linear maps and norms have biases
 * @param dropout rate after each branch and after the embedding
 * @param attentionDropout rate on attention weights
 * @param activationDropout rate after the activation
 */
public record LayerShape(
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
    /** The layer in full. */
    public LayerConfig config() {
        NormConfig norm = new NormConfig(NormKind.LAYER, normEpsilon, bias);
        return new LayerConfig(
                modelSize,
                new AttentionConfig(modelSize, modelSize, modelSize, heads, bias, attentionDropout),
                new FeedForwardConfig(feedForwardSize, activation, false, bias, activationDropout),
                normPlacement,
                norm,
                norm,
                dropout);
    }
}
