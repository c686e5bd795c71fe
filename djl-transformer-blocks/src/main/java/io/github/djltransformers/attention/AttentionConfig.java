package io.github.djltransformers.attention;

/**
 * The shape of a multi-head attention.
 *
 * @param modelSize D, the size of queries and of the output
 * @param keySize size of the keys before projection ({@code kdim})
 * @param valueSize size of the values before projection ({@code vdim})
 * @param heads H, which must divide D
 * @param bias whether the four projections have biases
 * @param dropout rate applied to the attention weights while training
 */
public record AttentionConfig(int modelSize, int keySize, int valueSize, int heads, boolean bias, float dropout) {
    public AttentionConfig {
        if (heads < 1 || modelSize < 1 || modelSize % heads != 0) {
            throw new IllegalArgumentException("AttentionConfig: heads must divide modelSize " + modelSize + ", got "
                    + heads + "; choose a divisor of modelSize");
        }
        if (keySize < 1 || valueSize < 1) {
            throw new IllegalArgumentException(
                    "AttentionConfig: keySize and valueSize must be positive, got " + keySize + " and " + valueSize);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("AttentionConfig: dropout must be in [0, 1), got " + dropout);
        }
    }

    /** Queries, keys and values of one size, with biases and without dropout. */
    public static AttentionConfig of(int modelSize, int heads) {
        return new AttentionConfig(modelSize, modelSize, modelSize, heads, true, 0);
    }
}
