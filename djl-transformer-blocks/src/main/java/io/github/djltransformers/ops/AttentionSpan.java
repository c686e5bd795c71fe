package io.github.djltransformers.ops;

/**
 * Which keys a query reaches by their distance: a query at i those from {@code i - before} to {@code i + after}.
 *
 * @param before how many keys before its own place, {@link #UNBOUNDED} for all
 * @param after how many keys after its own place, {@link #UNBOUNDED} for all
 */
public record AttentionSpan(int before, int after) {
    /** No limit. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Every query reaches every key. */
    public static final AttentionSpan ALL = new AttentionSpan(UNBOUNDED, UNBOUNDED);

    /** No query reaches a key after its own place. */
    public static final AttentionSpan CAUSAL = new AttentionSpan(UNBOUNDED, 0);

    public AttentionSpan {
        if (before < 0 || after < 0) {
            throw new IllegalArgumentException(
                    "AttentionSpan: before and after must be at least 0, got " + before + " and " + after);
        }
    }

    /**
     * The causal window of the last keys (Beltagy et al. 2020, section 3.1; Jiang et al. 2023).
     *
     * @param width how many keys a query reaches, its own included
     */
    public static AttentionSpan causalWindow(int width) {
        return new AttentionSpan(width - 1, 0);
    }

    /** This span without the keys after the query. */
    public AttentionSpan causal() {
        return new AttentionSpan(before, 0);
    }

    /** Whether it hides nothing from queries at the end of a sequence of this many tokens. */
    boolean reachesAll(long tokens, long queries) {
        return before >= tokens - 1 && after >= queries - 1;
    }
}
