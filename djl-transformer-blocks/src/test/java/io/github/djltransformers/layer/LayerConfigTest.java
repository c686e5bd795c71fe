package io.github.djltransformers.layer;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.ops.ActivationFunction;
import org.junit.jupiter.api.Test;

class LayerConfigTest {
    private static final LayerConfig VALID = LayerConfig.of(12, 3, 20);

    @Test
    void headsMustDivideTheModelSize() {
        requireRejected(
                "LayerConfig: heads must divide modelSize 12, got 5; choose a divisor of modelSize",
                () -> LayerConfig.of(12, 5, 20));
        requireRejected(
                "LayerConfig: heads must divide modelSize 12, got 0; choose a divisor of modelSize",
                () -> LayerConfig.of(12, 0, 20));
        requireRejected(
                "AttentionConfig: heads must divide modelSize 8, got 3; choose a divisor of modelSize",
                () -> AttentionConfig.of(8, 3));
    }

    @Test
    void sizesMustBePositive() {
        requireRejected("LayerConfig: feedForwardSize must be positive, got 0", () -> LayerConfig.of(12, 3, 0));
        requireRejected("LayerConfig: normEpsilon must be positive, got NaN", () -> epsilon(Float.NaN));
        requireRejected("LayerConfig: normEpsilon must be positive, got 0.0", () -> epsilon(0));
        requireRejected(
                "AttentionConfig: keySize and valueSize must be positive, got 3 and 0",
                () -> new AttentionConfig(8, 3, 0, 2, true, 0));
        requireRejected("LayerNorm: epsilon must be positive, got -1.0", () -> new LayerNorm(4, -1, true));
        requireRejected("LayerNorm: weight must have positive sizes, got (0)", () -> new LayerNorm(0, 1, true));
        requireRejected("TokenEmbedding: weight must have positive sizes, got (0, 4)", () -> new TokenEmbedding(0, 4));
    }

    @Test
    void ratesMustBeBelowOne() {
        requireRejected("LayerConfig: dropout must be in [0, 1), got 1.0", () -> VALID.withDropout(1, 0, 0));
        requireRejected(
                "LayerConfig: attentionDropout must be in [0, 1), got -0.1", () -> VALID.withDropout(0, -0.1f, 0));
        requireRejected(
                "LayerConfig: activationDropout must be in [0, 1), got NaN", () -> VALID.withDropout(0, 0, Float.NaN));
        requireRejected(
                "AttentionConfig: dropout must be in [0, 1), got 2.0", () -> new AttentionConfig(8, 8, 8, 2, true, 2));
        requireRejected(
                "ScaledDotProductAttention: dropout must be in [0, 1), got 1.0",
                () -> new ScaledDotProductAttention(1, 1));
        requireRejected(
                "ScaledDotProductAttention: scale must be positive, got 0.0",
                () -> new ScaledDotProductAttention(0, 0));
    }

    @Test
    void choicesMustBeGiven() {
        requireRejected(
                "LayerConfig: activation and normPlacement must be given, got null and POST",
                () -> VALID.withActivation(null));
        requireRejected(
                "LayerConfig: activation and normPlacement must be given, got RELU and null",
                () -> VALID.withNorm(null));
    }

    @Test
    void changesKeepTheRest() {
        LayerConfig changed = VALID.withActivation(ActivationFunction.GELU)
                .withNorm(NormPlacement.PRE)
                .withDropout(0.1f, 0.2f, 0.3f);
        assertEquals(
                new LayerConfig(12, 3, 20, ActivationFunction.GELU, NormPlacement.PRE, 1e-5f, true, 0.1f, 0.2f, 0.3f),
                changed);
        assertEquals(new AttentionConfig(12, 12, 12, 3, true, 0.2f), changed.attention());
    }

    private static LayerConfig epsilon(float epsilon) {
        return new LayerConfig(12, 3, 20, ActivationFunction.RELU, NormPlacement.POST, epsilon, true, 0, 0, 0);
    }
}
