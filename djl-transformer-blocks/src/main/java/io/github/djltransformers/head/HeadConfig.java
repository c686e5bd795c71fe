package io.github.djltransformers.head;

/**
 * A head: pooling, a dense layer where there is one, and an output.
 *
 * @param pooling what it looks at
 * @param pooledId the padding token for {@link Pooling#LAST_NOT_PADDING}, -1 where there is none; the token looked for with
 *     {@link Pooling#LAST_OF_ID}
 * @param dense or null
 * @param output what follows, or null for nothing
 */
public record HeadConfig(Pooling pooling, int pooledId, DenseConfig dense, Output output) {
    /**
     * The linear map to the head's numbers.
     *
     * @param size how many
     * @param bias whether it has a bias
     * @param tied whether its matrix is the table of the token embedding
     * @param split whether each number becomes an output of its own, (B, T) or (B)
     */
    public record Output(int size, boolean bias, boolean tied, boolean split) {
        public Output {
            if (size < 1) {
                throw new IllegalArgumentException("HeadConfig.Output: size must be positive, got " + size);
            }
        }
    }

    public HeadConfig {
        if (pooling == null) {
            throw new IllegalArgumentException("HeadConfig: pooling must be given, got null");
        }
        if (dense == null && output == null) {
            throw new IllegalArgumentException("HeadConfig: dense or output must be given, got neither");
        }
        if (pooling == Pooling.LAST_OF_ID && pooledId < 0) {
            throw new IllegalArgumentException("HeadConfig: pooledId must be at least 0, got " + pooledId);
        }
    }

    /** The dense layer alone, on the first token. */
    public static HeadConfig pooler(DenseConfig dense) {
        return new HeadConfig(Pooling.FIRST, -1, dense, null);
    }

    /** Classes of sequences. */
    public static HeadConfig classes(Pooling pooling, DenseConfig dense, int classes) {
        return new HeadConfig(pooling, -1, dense, new Output(classes, true, false, false));
    }

    /** Numbers for each token. */
    public static HeadConfig tokens(DenseConfig dense, Output output) {
        return new HeadConfig(Pooling.NONE, -1, dense, output);
    }

    /** Classes of tokens. */
    public static HeadConfig tokenClasses(int classes) {
        return tokens(null, new Output(classes, true, false, false));
    }

    /** Where an answer begins and ends: two numbers for each token. */
    public static HeadConfig span() {
        return tokens(null, new Output(2, true, false, true));
    }

    /** The words for masks, by the table of the embedding and a bias. */
    public static HeadConfig words(DenseConfig dense, int vocabularySize, boolean tied) {
        return tokens(dense, new Output(vocabularySize, true, tied, false));
    }
}
