package io.github.djltransformers.model;

import java.util.Map;

/**
 * How a model's vectors become logits over the vocabulary.
 *
 * @param tied whether the matrix is the embedding's (Press and Wolf 2017)
 * @param bias whether there is a bias
 * @param scale of the vectors
 * @param softCap c of {@code c tanh(logits / c)}, or 0 for none
 */
public record OutputConfig(boolean tied, boolean bias, float scale, float softCap) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("bias", false, "scale", 1f, "softCap", 0f);

    /** The embedding's matrix alone. */
    public static final OutputConfig TIED = new OutputConfig(true, false, 1, 0);

    public OutputConfig {
        if (!(scale > 0) || !(softCap >= 0)) {
            throw new IllegalArgumentException(
                    "OutputConfig: scale must be positive and softCap at least 0, got " + scale + " and " + softCap);
        }
    }
}
