package io.github.djltransformers.attention;

import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.ScoreScale;
import java.util.Map;

/**
 * The shape of a multi-head attention.
 *
 * @param modelSize D, the size of queries and of the output
 * @param keySize size of the keys before projection ({@code kdim})
 * @param valueSize size of the values before projection ({@code vdim})
 * @param heads H
 * @param keyValueHeads Hkv, which must divide H: fewer than H for grouped-query attention (Ainslie et al. 2023), 1 for
 *     multi-query attention (Shazeer 2019)
 * @param headSize Dh, usually D / H
 * @param bias whether the projections of queries, keys and values have biases
 * @param outputBias whether that of the output has one
 * @param scale of the scores
 * @param span which keys a query reaches in self-attention
 * @param rotary the rotary positions of queries and keys in self-attention, or null
 * @param queryKeyNorm the norm of each head of queries and keys (Dehghani et al. 2023), or null
 * @param disentangled the relative positions that queries and keys attend to in self-attention (He et al. 2021), or null
 * @param dropout rate applied to the attention weights while training
 */
public record AttentionConfig(
        int modelSize,
        int keySize,
        int valueSize,
        int heads,
        int keyValueHeads,
        int headSize,
        boolean bias,
        boolean outputBias,
        ScoreScale scale,
        AttentionSpan span,
        RotaryConfig rotary,
        NormConfig queryKeyNorm,
        DisentangledConfig disentangled,
        float dropout) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("span", AttentionSpan.ALL, "dropout", 0f);

    public AttentionConfig {
        if (modelSize < 1 || keySize < 1 || valueSize < 1) {
            throw new IllegalArgumentException(
                    "AttentionConfig: modelSize, keySize and valueSize must be positive, got " + modelSize + ", "
                            + keySize + " and " + valueSize);
        }
        if (heads < 1 || headSize < 1) {
            throw new IllegalArgumentException(
                    "AttentionConfig: heads and headSize must be positive, got " + heads + " and " + headSize);
        }
        if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("AttentionConfig: keyValueHeads must divide the " + heads
                    + " heads, got " + keyValueHeads + "; choose a divisor of heads");
        }
        if (scale == null || span == null) {
            throw new IllegalArgumentException(
                    "AttentionConfig: scale and span must be given, got " + scale + " and " + span);
        }
        if (rotary != null && rotary.size() > headSize) {
            throw new IllegalArgumentException(
                    "AttentionConfig: rotary's size must be at most headSize " + headSize + ", got " + rotary.size());
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("AttentionConfig: dropout must be in [0, 1), got " + dropout);
        }
    }

    /**
     * The attention of Vaswani et al. 2017: {@code Dh = D / H}, scores divided by {@code sqrt(Dh)}, every key reached.
     *
     * @param heads H, which must divide D
     */
    public AttentionConfig(int modelSize, int keySize, int valueSize, int heads, boolean bias, float dropout) {
        this(
                modelSize,
                keySize,
                valueSize,
                heads,
                heads,
                headSize(modelSize, heads),
                bias,
                bias,
                ScoreScale.ofHeadSize(headSize(modelSize, heads)),
                AttentionSpan.ALL,
                null,
                null,
                null,
                dropout);
    }

    private static int headSize(int modelSize, int heads) {
        if (heads < 1 || modelSize < 1 || modelSize % heads != 0) {
            throw new IllegalArgumentException("AttentionConfig: heads must divide modelSize " + modelSize + ", got "
                    + heads + "; choose a divisor of modelSize");
        }
        return modelSize / heads;
    }

    /** Queries, keys and values of one size, with biases and without dropout. */
    public static AttentionConfig of(int modelSize, int heads) {
        return new AttentionConfig(modelSize, modelSize, modelSize, heads, true, 0);
    }

    /** This configuration with fewer heads of keys and values, and heads of this size. */
    public AttentionConfig withHeads(int sharedHeads, int size) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                sharedHeads,
                size,
                bias,
                outputBias,
                scale,
                span,
                rotary,
                queryKeyNorm,
                disentangled,
                dropout);
    }

    /** This configuration with or without biases. */
    public AttentionConfig withBias(boolean projections, boolean output) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                projections,
                output,
                scale,
                span,
                rotary,
                queryKeyNorm,
                disentangled,
                dropout);
    }

    /** This configuration with another scale of the scores. */
    public AttentionConfig withScale(ScoreScale other) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                other,
                span,
                rotary,
                queryKeyNorm,
                disentangled,
                dropout);
    }

    /** This configuration with another span. */
    public AttentionConfig withSpan(AttentionSpan other) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                scale,
                other,
                rotary,
                queryKeyNorm,
                disentangled,
                dropout);
    }

    /** This configuration with rotary positions, or null for none. */
    public AttentionConfig withRotary(RotaryConfig other) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                scale,
                span,
                other,
                queryKeyNorm,
                disentangled,
                dropout);
    }

    /** This configuration with a norm of each head of queries and keys, or null for none. */
    public AttentionConfig withQueryKeyNorm(NormConfig other) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                scale,
                span,
                rotary,
                other,
                disentangled,
                dropout);
    }

    /** This configuration with another rate of dropout. */
    public AttentionConfig withDropout(float rate) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                scale,
                span,
                rotary,
                queryKeyNorm,
                disentangled,
                rate);
    }

    /** This configuration with relative positions to attend to, or null for none. */
    public AttentionConfig withDisentangled(DisentangledConfig other) {
        return new AttentionConfig(
                modelSize,
                keySize,
                valueSize,
                heads,
                keyValueHeads,
                headSize,
                bias,
                outputBias,
                scale,
                span,
                rotary,
                queryKeyNorm,
                other,
                dropout);
    }

    /** The attention to another sequence: every key of it, whose places mean nothing to the queries. */
    public AttentionConfig acrossSequences() {
        return withSpan(AttentionSpan.ALL).withRotary(null).withDisentangled(null);
    }
}
