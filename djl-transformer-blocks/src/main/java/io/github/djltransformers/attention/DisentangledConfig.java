package io.github.djltransformers.attention;

/**
 * Attention between contents and relative positions (He et al. 2021, "DeBERTa", section 3.1).
 *
 * @param reach k, the largest row of a distance: the table has 2k rows
 * @param contentToPosition whether queries attend to positions
 * @param positionToContent whether positions attend to keys
 * @param ownProjections whether positions have projections of their own, rather than those of queries and keys
 */
public record DisentangledConfig(
        int reach, boolean contentToPosition, boolean positionToContent, boolean ownProjections) {
    public DisentangledConfig {
        if (reach < 1) {
            throw new IllegalArgumentException("DisentangledConfig: reach must be positive, got " + reach);
        }
    }

    /** How many terms a score is the sum of. */
    public int terms() {
        return 1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0);
    }
}
