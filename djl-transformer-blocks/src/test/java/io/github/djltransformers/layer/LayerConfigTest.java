package io.github.djltransformers.layer;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.AttentionSpan;
import org.junit.jupiter.api.Test;

class LayerConfigTest {
    private static final LayerConfig VALID = LayerConfig.of(12, 3, 20);

    @Test
    void headsMustDivideTheModelSize() {
        requireRejected(
                "AttentionConfig: heads must divide modelSize 12, got 5; choose a divisor of modelSize",
                () -> LayerConfig.of(12, 5, 20));
        requireRejected(
                "AttentionConfig: heads must divide modelSize 12, got 0; choose a divisor of modelSize",
                () -> LayerConfig.of(12, 0, 20));
        requireRejected(
                "AttentionConfig: heads must divide modelSize 8, got 3; choose a divisor of modelSize",
                () -> AttentionConfig.of(8, 3));
    }

    @Test
    void sizesMustBePositive() {
        requireRejected("FeedForwardConfig: size must be positive, got 0", () -> LayerConfig.of(12, 3, 0));
        requireRejected("NormConfig: epsilon must be positive, got NaN", () -> NormConfig.layer(Double.NaN));
        requireRejected("NormConfig: epsilon must be positive, got 0.0", () -> NormConfig.rms(0));
        requireRejected(
                "AttentionConfig: modelSize, keySize and valueSize must be positive, got 8, 3 and 0",
                () -> new AttentionConfig(8, 3, 0, 2, true, 0));
        requireRejected("Norm: weight must have positive sizes, got (0)", () -> new Norm(0, NormConfig.layer(1)));
    }

    @Test
    void ratesMustBeBelowOne() {
        requireRejected("LayerConfig: dropout must be in [0, 1), got 1.0", () -> VALID.withDropout(1, 0, 0));
        requireRejected("AttentionConfig: dropout must be in [0, 1), got -0.1", () -> VALID.withDropout(0, -0.1f, 0));
        requireRejected(
                "FeedForwardConfig: dropout must be in [0, 1), got NaN", () -> VALID.withDropout(0, 0, Float.NaN));
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
        requireRejected("FeedForwardConfig: activation must be given, got null", () -> VALID.withActivation(null));
        requireRejected("NormConfig: kind must be given, got null", () -> new NormConfig(null, 1, false));
        requireRejected(
                "NormConfig: bias must be false for RMS, got true", () -> new NormConfig(NormKind.RMS, 1, true));
        requireRejected(
                "AttentionConfig: keyValueHeads must divide the 3 heads, got 2; choose a divisor of heads",
                () -> VALID.attention().withHeads(2, 4));
    }

    @Test
    void crossAttentionIsOfTheLayersSizeAndNotParallel() {
        requireRejected(
                "LayerConfig: crossAttention's modelSize, keySize and valueSize must be 12, got 12, 8 and 12",
                () -> VALID.withCrossAttention(new AttentionConfig(12, 8, 12, 3, true, 0)));
        requireRejected(
                "LayerConfig: normPlacement must not be parallel where crossAttention is given, got PARALLEL",
                () -> VALID.withNorm(NormPlacement.PARALLEL).decoding());
    }

    @Test
    void aDecodersLayerIsCausalAndReadsAllOfTheOtherSequence() {
        LayerConfig decoding = VALID.decoding();
        assertEquals(AttentionSpan.ALL.causal(), decoding.attention().span());
        assertEquals(VALID.attention(), decoding.crossAttention());
        assertEquals(decoding, decoding.decoding());
        AttentionConfig given = AttentionConfig.of(12, 2);
        assertEquals(given, VALID.withCrossAttention(given).decoding().crossAttention());
    }

    @Test
    void changesKeepTheRest() {
        LayerConfig changed = VALID.withActivation(ActivationFunction.GELU)
                .withNorm(NormPlacement.PRE)
                .withDropout(0.1f, 0.2f, 0.3f);
        assertEquals(
                new LayerConfig(
                        12,
                        new AttentionConfig(12, 12, 12, 3, true, 0.2f),
                        new FeedForwardConfig(20, ActivationFunction.GELU, false, true, 0.3f),
                        NormPlacement.PRE,
                        NormConfig.layer(1e-5),
                        NormConfig.layer(1e-5),
                        0.1f),
                changed);
        assertEquals(new AttentionConfig(12, 12, 12, 3, true, 0.2f), changed.attention());
    }
}
