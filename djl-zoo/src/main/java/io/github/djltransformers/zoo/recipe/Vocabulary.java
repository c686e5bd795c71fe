package io.github.djltransformers.zoo.recipe;

import io.github.djltransformers.text.tokenizer.BpeAlphabet;
import io.github.djltransformers.text.tokenizer.BpeModel;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import java.util.Map;

/**
 * A byte-level byte-pair encoding. With the smallest vocabulary there are no pairs: every byte is a token, and so every
 * character of a text in ASCII.
 *
 * @param vocabularySize V at most
 * @param minimumFrequency of a pair worth merging
 * @param longest how many characters a token has at most; any number where it is left out
 */
public record Vocabulary(int vocabularySize, int minimumFrequency, int longest) {
    static final Map<String, Object> DEFAULTS = Map.of("longest", BpeTrainerConfig.UNLIMITED);

    /** The tokens of single bytes and the special ones. */
    private static final int SMALLEST = 256 + SpecialToken.values().length;

    public Vocabulary {
        require(vocabularySize >= SMALLEST, "vocabularySize", "be at least " + SMALLEST, vocabularySize);
        require(minimumFrequency >= 1, "minimumFrequency", "be at least 1", minimumFrequency);
        require(longest >= 1, "longest", "be at least 1", longest);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("Vocabulary: " + value + " must " + rule + ", got " + actual);
        }
    }

    /** Learns the pairs of texts. */
    BpeModel learn(Iterable<String> texts) {
        BpeTrainer trainer =
                new BpeTrainer(new BpeTrainerConfig(vocabularySize, minimumFrequency, BpeAlphabet.BYTE_LEVEL, longest));
        texts.forEach(trainer::add);
        return trainer.train();
    }
}
