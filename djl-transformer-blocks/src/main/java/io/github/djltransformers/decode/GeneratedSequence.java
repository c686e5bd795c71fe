package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * A written sequence.
 *
 * @param tokens the new ones, with the end token where there is one; copied on the way in and out
 * @param logProbabilities the natural logarithm of the probability that the model gave each of them; copied likewise
 * @param score of a beam search the sum of the scores it went by, processors included, over n^p, n counting the tokens and p
 *     being the length penalty; of greedy search the same of the log-probabilities
 * @param finishReason why it ends
 */
@SuppressWarnings("ArrayRecordComponent")
public record GeneratedSequence(int[] tokens, double[] logProbabilities, double score, FinishReason finishReason) {
    public GeneratedSequence {
        tokens = tokens.clone();
        logProbabilities = logProbabilities.clone();
        if (logProbabilities.length != tokens.length) {
            throw new IllegalArgumentException("GeneratedSequence: logProbabilities must be one for each of the "
                    + tokens.length + " tokens, got " + logProbabilities.length);
        }
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    @Override
    public double[] logProbabilities() {
        return logProbabilities.clone();
    }

    /** The sum of {@link #logProbabilities}. */
    public double logProbability() {
        return Arrays.stream(logProbabilities).sum();
    }

    /** Whether the last token is an end token. */
    public boolean ended() {
        return finishReason == FinishReason.END_TOKEN;
    }

    /** The tokens without the end token. */
    public int[] content() {
        return Arrays.copyOf(tokens, ended() ? tokens.length - 1 : tokens.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GeneratedSequence that
                && Arrays.equals(tokens, that.tokens)
                && Double.compare(score, that.score) == 0
                && Arrays.equals(logProbabilities, that.logProbabilities)
                && finishReason == that.finishReason;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(logProbabilities);
    }

    @Override
    public String toString() {
        return "GeneratedSequence[tokens=" + Arrays.toString(tokens) + ", logProbabilities="
                + Arrays.toString(logProbabilities) + ", score=" + score + ", finishReason=" + finishReason + "]";
    }
}
