package io.github.djltransformers.position;

/**
 * A bias on attention scores by the distance of query and key, one number for each head.
 *
 * @param kind how numbers come about
 * @param buckets how many numbers a head has; 0 for ALIBI
 * @param maxDistance from which on distances share a number
 */
public record RelativeBiasConfig(Kind kind, int buckets, int maxDistance) {
    /** The biases in use. */
    public enum Kind {
        /** Trained, by {@link RelativeBuckets#t5}, for keys on both sides. */
        BUCKETS,
        /** Trained, by {@link RelativeBuckets#t5}, for keys before the query. */
        CAUSAL_BUCKETS,
        /** Fixed slopes, {@code -m_h |distance|} (Press et al. 2022, section 3). */
        ALIBI
    }

    public RelativeBiasConfig {
        if (kind == null) {
            throw new IllegalArgumentException("RelativeBiasConfig: kind must be given, got null");
        }
        if (kind != Kind.ALIBI && buckets < 4) {
            throw new IllegalArgumentException("RelativeBiasConfig: buckets must be at least 4, got " + buckets);
        }
        if (maxDistance < 1 || kind != Kind.ALIBI && maxDistance <= buckets / 2 / (kind == Kind.BUCKETS ? 2 : 1)) {
            throw new IllegalArgumentException(
                    "RelativeBiasConfig: maxDistance must be beyond the distances with buckets of their own, got "
                            + maxDistance + " for " + buckets + " buckets");
        }
    }

    /** ALiBi for sequences of at most this length. */
    public static RelativeBiasConfig alibi(int length) {
        return new RelativeBiasConfig(Kind.ALIBI, 0, length);
    }
}
