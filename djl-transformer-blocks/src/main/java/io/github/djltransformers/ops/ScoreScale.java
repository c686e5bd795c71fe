package io.github.djltransformers.ops;

import java.util.Map;

/**
 * What becomes of attention scores s before the mask: {@code factor s}, or with a soft cap c
 * {@code c tanh(factor s / c)} (Gemma Team 2024, section 2).
 *
 * @param factor usually {@code 1 / sqrt(Dh)}
 * @param softCap c, or 0 for none
 */
public record ScoreScale(float factor, float softCap) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("softCap", 0f);

    public ScoreScale {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("ScoreScale: factor must be positive, got " + factor);
        }
        if (!(softCap >= 0)) {
            throw new IllegalArgumentException("ScoreScale: softCap must be at least 0, got " + softCap);
        }
    }

    /** The factor alone. */
    public static ScoreScale of(double factor) {
        return new ScoreScale((float) factor, 0);
    }

    /** {@code 1 / sqrt(size)}, as in Vaswani et al. 2017, equation 1. */
    public static ScoreScale ofHeadSize(int size) {
        return of(1 / Math.sqrt(size));
    }

    /** Whether scores are capped. */
    public boolean capped() {
        return softCap > 0;
    }
}
