package io.github.djltransformers.text.generate;

import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.decode.GeneratedSequence;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a model wrote.
 *
 * @param text of the new tokens, special ones left out
 * @param tokens the new ones, with the end token where there is one
 * @param score what searches compare: the log-probability divided by {@code n^lengthPenalty}, n counting the tokens
 * @param logProbabilities the natural logarithm of the probability that the model gave each of them
 * @param finishReason why it ends
 */
public record GeneratedText(
        String text, List<Integer> tokens, List<Double> logProbabilities, double score, FinishReason finishReason) {
    /** Copies the list. */
    public GeneratedText {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(finishReason, "finishReason");
        tokens = List.copyOf(tokens);
        logProbabilities = List.copyOf(logProbabilities);
    }

    /** The sum of {@link #logProbabilities}. */
    public double logProbability() {
        return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The text of a sequence. */
    public static GeneratedText of(String text, GeneratedSequence sequence) {
        return new GeneratedText(
                text,
                Arrays.stream(sequence.tokens()).boxed().toList(),
                Arrays.stream(sequence.logProbabilities()).boxed().toList(),
                sequence.score(),
                sequence.finishReason());
    }
}
