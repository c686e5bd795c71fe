package io.github.djltransformers.text.translate;

import io.github.djltransformers.decode.FinishReason;
import java.util.Objects;

/**
 * One translation of a text.
 *
 * @param text the translation
 * @param score the log-probability divided by {@code n^lengthPenalty}; the higher the better, comparable between
 *     translations of one text
 * @param logProbability the sum of the natural log-probabilities of its n tokens, the end token included
 * @param finishReason why it ends where it does
 */
public record Translation(String text, double score, double logProbability, FinishReason finishReason) {
    /** What becomes of a text without content; no model was asked. */
    static final Translation EMPTY = new Translation("", 0, 0, FinishReason.END_TOKEN);

    /** Checks that text and reason are given. */
    public Translation {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(finishReason, "finishReason");
    }
}
