package io.github.djltransformers.layer;

import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;

/**
 * A feed-forward block.
 *
 * @param size F
 * @param activation of the inner features
 * @param gated whether activated features gate other linear ones (Shazeer 2020, "GLU variants"): with SWISH this is SwiGLU,
 *     with GELU GeGLU
 * @param bias whether the linear maps have biases
 * @param dropout rate after the activation
 */
public record FeedForwardConfig(int size, ActivationFunction activation, boolean gated, boolean bias, float dropout) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("gated", false, "dropout", 0f);

    public FeedForwardConfig {
        if (size < 1) {
            throw new IllegalArgumentException("FeedForwardConfig: size must be positive, got " + size);
        }
        if (activation == null) {
            throw new IllegalArgumentException("FeedForwardConfig: activation must be given, got null");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("FeedForwardConfig: dropout must be in [0, 1), got " + dropout);
        }
    }

    /** This configuration with another activation. */
    public FeedForwardConfig withActivation(ActivationFunction function) {
        return new FeedForwardConfig(size, function, gated, bias, dropout);
    }

    /** This configuration with another rate of dropout. */
    public FeedForwardConfig withDropout(float rate) {
        return new FeedForwardConfig(size, activation, gated, bias, rate);
    }
}
