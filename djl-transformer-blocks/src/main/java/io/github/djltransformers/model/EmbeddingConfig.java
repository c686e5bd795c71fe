package io.github.djltransformers.model;

import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.position.PositionConfig;
import java.util.Map;

/**
 * How tokens become vectors.
 *
 * @param vocabularySize V
 * @param size E, the size of the table's rows
 * @param modelSize D; where it is not E a projection leads from one to the other (Lan et al. 2020, section 3.1)
 * @param scale of the table's rows
 * @param positions what is added for positions
 * @param tokenTypes how many types of token there are, such as first and second sentence; 0 for none
 * @param norm of the sum
 * @param projection where the projection from E to D stands
 * @param zeroesPadding whether what is masked becomes zeros
 * @param dropout rate of the sum
 */
public record EmbeddingConfig(
        int vocabularySize,
        int size,
        int modelSize,
        float scale,
        PositionConfig positions,
        int tokenTypes,
        NormConfig norm,
        ProjectionPlacement projection,
        boolean zeroesPadding,
        float dropout) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of(
            "tokenTypes",
            0,
            "norm",
            NormConfig.NONE,
            "projection",
            ProjectionPlacement.LAST,
            "zeroesPadding",
            false,
            "dropout",
            0f);

    /** Where a projection from E to D stands. */
    public enum ProjectionPlacement {
        /** Right after the table: what is added has D features. */
        FIRST,
        /** After the sum, before its norm. */
        BEFORE_NORM,
        /** After the norm. */
        LAST
    }

    public EmbeddingConfig {
        if (vocabularySize < 1 || size < 1 || modelSize < 1) {
            throw new IllegalArgumentException(
                    "EmbeddingConfig: vocabularySize, size and modelSize must be positive, got " + vocabularySize + ", "
                            + size + " and " + modelSize);
        }
        if (!(scale > 0) || tokenTypes < 0 || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("EmbeddingConfig: scale must be positive, tokenTypes at least 0 and"
                    + " dropout in [0, 1), got " + scale + ", " + tokenTypes + " and " + dropout);
        }
        if (positions == null || norm == null || projection == null) {
            throw new IllegalArgumentException("EmbeddingConfig: positions, norm and projection must be given, got "
                    + positions + ", " + norm + " and " + projection);
        }
    }

    /** Rows of D features times a scale, and positions: no types, no norm. */
    public static EmbeddingConfig of(
            int vocabularySize, int modelSize, double scale, PositionConfig positions, float dropout) {
        return new EmbeddingConfig(
                vocabularySize,
                modelSize,
                modelSize,
                (float) scale,
                positions,
                0,
                NormConfig.NONE,
                ProjectionPlacement.LAST,
                false,
                dropout);
    }

    /** This configuration with a norm. */
    public EmbeddingConfig withNorm(NormConfig other) {
        return new EmbeddingConfig(
                vocabularySize,
                size,
                modelSize,
                scale,
                positions,
                tokenTypes,
                other,
                projection,
                zeroesPadding,
                dropout);
    }

    /** This configuration with types of token. */
    public EmbeddingConfig withTokenTypes(int count) {
        return new EmbeddingConfig(
                vocabularySize, size, modelSize, scale, positions, count, norm, projection, zeroesPadding, dropout);
    }

    /** This configuration with rows of another size than the model's. */
    public EmbeddingConfig withProjection(int rowSize, ProjectionPlacement placement) {
        return new EmbeddingConfig(
                vocabularySize,
                rowSize,
                modelSize,
                scale,
                positions,
                tokenTypes,
                norm,
                placement,
                zeroesPadding,
                dropout);
    }

    /** This configuration with zeros in place of what is masked. */
    public EmbeddingConfig withZeroedPadding() {
        return new EmbeddingConfig(
                vocabularySize, size, modelSize, scale, positions, tokenTypes, norm, projection, true, dropout);
    }

    /** The number of features of what is added to the table's rows. */
    int sumSize() {
        return projection == ProjectionPlacement.FIRST ? modelSize : size;
    }

    /** The number of features that the norm sees. */
    int normSize() {
        return projection == ProjectionPlacement.LAST ? size : modelSize;
    }
}
