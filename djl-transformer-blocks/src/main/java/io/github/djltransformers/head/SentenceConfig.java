package io.github.djltransformers.head;

import io.github.djltransformers.norm.NormKind;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the vectors of tokens become one of their text.
 *
 * @param pooling which of them it is made of
 * @param dense layers behind that, in order
 * @param normalized whether it has the Euclidean length 1 in the end, so that a product of two is their cosine
 */
public record SentenceConfig(Pooling pooling, List<DenseConfig> dense, boolean normalized) {
    public SentenceConfig {
        if (pooling == null
                || pooling == Pooling.NONE
                || pooling == Pooling.LAST_NOT_PADDING
                || pooling == Pooling.LAST_OF_ID) {
            throw new IllegalArgumentException(
                    "SentenceConfig: pooling must be FIRST, LAST, MEAN or MAX, got " + pooling);
        }
        dense = List.copyOf(dense);
        if (dense.stream().anyMatch(layer -> layer.norm().kind() != NormKind.NONE)) {
            throw new IllegalArgumentException("SentenceConfig: dense must be layers without a norm, got " + dense);
        }
    }

    /** The pooled vectors. */
    public static SentenceConfig of(Pooling pooling) {
        return new SentenceConfig(pooling, List.of(), false);
    }

    /** The same, of length 1. */
    public SentenceConfig unitLength() {
        return new SentenceConfig(pooling, dense, true);
    }

    /** The same with another layer. */
    public SentenceConfig then(DenseConfig layer) {
        return new SentenceConfig(
                pooling, Stream.concat(dense.stream(), Stream.of(layer)).toList(), normalized);
    }
}
