package io.github.djltransformers.text.tokenizer;

import java.util.Objects;

/**
 * What a {@link BpeTrainer} is to learn.
 *
 * @param vocabularySize the number of tokens wanted, special tokens and alphabet included; the result is smaller
 *     where the text has no more pairs worth merging
 * @param minimumFrequency how often a pair of symbols must occur to be merged, and a character to join a learnt
 *     alphabet; at least 1
 * @param alphabet the symbols that merging starts from
 * @param longest how many characters a merged token has at most, a blank counted; short ones tell more of words that were never seen
 */
public record BpeTrainerConfig(int vocabularySize, int minimumFrequency, BpeAlphabet alphabet, int longest) {
    /** Tokens as long as words. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException if the vocabulary has no room for the special tokens and the fixed part of the
     *     alphabet, or the frequency or the length is below 1
     */
    public BpeTrainerConfig {
        Objects.requireNonNull(alphabet, "alphabet");
        int fixed =
                SpecialToken.values().length + alphabet.rules().fixedTokens().size();
        if (vocabularySize < fixed) {
            throw new IllegalArgumentException("BpeTrainerConfig: vocabularySize must be at least " + fixed
                    + " (special tokens and " + alphabet + " alphabet), got " + vocabularySize);
        }
        if (minimumFrequency < 1) {
            throw new IllegalArgumentException(
                    "BpeTrainerConfig: minimumFrequency must be at least 1, got " + minimumFrequency);
        }
        if (longest < 1) {
            throw new IllegalArgumentException("BpeTrainerConfig: longest must be at least 1, got " + longest);
        }
    }

    /** Tokens as long as words. */
    public BpeTrainerConfig(int vocabularySize, int minimumFrequency, BpeAlphabet alphabet) {
        this(vocabularySize, minimumFrequency, alphabet, UNLIMITED);
    }

    /**
     * Returns a byte-level configuration that merges pairs seen at least twice.
     *
     * @param vocabularySize the number of tokens wanted
     * @return the configuration
     */
    public static BpeTrainerConfig byteLevel(int vocabularySize) {
        return new BpeTrainerConfig(vocabularySize, 2, BpeAlphabet.BYTE_LEVEL);
    }
}
