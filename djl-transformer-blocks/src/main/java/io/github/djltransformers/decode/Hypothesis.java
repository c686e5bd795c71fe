package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * A finished sequence.
 *
 * @param tokens without the start and the end token; copied on the way in and out
 * @param score {@code logProbability / n^lengthPenalty}, n counting the tokens and, where there is one, the end token
 * @param logProbability the sum of the log-probabilities of the tokens and, where there is one, of the end token
 * @param finishReason why it ends
 */
@SuppressWarnings("ArrayRecordComponent")
public record Hypothesis(int[] tokens, double score, double logProbability, FinishReason finishReason) {
    public Hypothesis {
        tokens = tokens.clone();
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hypothesis that
                && Arrays.equals(tokens, that.tokens)
                && Double.compare(score, that.score) == 0
                && Double.compare(logProbability, that.logProbability) == 0
                && finishReason == that.finishReason;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tokens) + Double.hashCode(logProbability);
    }

    @Override
    public String toString() {
        return "Hypothesis[tokens=" + Arrays.toString(tokens) + ", score=" + score + ", logProbability="
                + logProbability + ", finishReason=" + finishReason + "]";
    }
}
