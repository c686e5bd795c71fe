package io.github.djltransformers.position;

import io.github.djltransformers.norm.NormConfig;

/**
 * Vectors for the relative positions of DeBERTa-v2 (He et al. 2021).
 *
 * @param buckets how many distances of each sign share rows by {@link RelativeBuckets#deberta}; 0 where none do
 * @param maxDistance the farthest distance told apart
 * @param norm of the vectors
 */
public record RelativeTableConfig(int buckets, int maxDistance, NormConfig norm) {
    public RelativeTableConfig {
        if (buckets < 0 || maxDistance < 1 || norm == null) {
            throw new IllegalArgumentException(
                    "RelativeTableConfig: buckets must be at least 0, maxDistance positive and norm given, got "
                            + buckets + ", " + maxDistance + " and " + norm);
        }
    }

    /** Half the number of vectors. */
    public int reach() {
        return buckets > 0 ? buckets : maxDistance;
    }
}
