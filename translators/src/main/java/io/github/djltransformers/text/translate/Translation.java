package io.github.djltransformers.text.translate;

import io.github.djltransformers.decode.FinishReason;
import java.util.List;
import java.util.Objects;

/**
 * One translation of a text.
 *
 * @param text the translation
 * @param score the log-probability divided by {@code n^lengthPenalty}; the higher the better, comparable between
 *     translations of one text
 * @param logProbability the sum of the natural log-probabilities of its n tokens, the end token included
 * @param finishReason why it ends where it does
 * @param alignment which words of the text its words come from, where that is asked for; else empty
 */
public record Translation(
        String text, double score, double logProbability, FinishReason finishReason, List<WordAligner.Pair> alignment) {
    /** What becomes of a text without content; no model was asked. */
    static final Translation EMPTY = new Translation("", 0, 0, FinishReason.END_TOKEN, List.of());

    /** Checks that text and reason are given. */
    public Translation {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(finishReason, "finishReason");
        alignment = List.copyOf(alignment);
    }
}
