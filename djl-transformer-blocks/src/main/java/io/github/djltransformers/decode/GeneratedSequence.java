package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * A written sequence.
 *
 * @param tokens the new ones, with the end token where there is one; copied on the way in and out
 * @param score of a beam search the sum of the scores it went by, processors included, over n^p, n counting the tokens and p
 *     being the length penalty; of greedy search the same of the log-probabilities
 * @param logProbability the sum of the log-probabilities that the model gave the tokens
 * @param finishReason why it ends
 */
@SuppressWarnings("ArrayRecordComponent")
public record GeneratedSequence(int[] tokens, double score, double logProbability, FinishReason finishReason) {
    public GeneratedSequence {
        tokens = tokens.clone();
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
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
                && Double.compare(logProbability, that.logProbability) == 0
                && finishReason == that.finishReason;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tokens) + Double.hashCode(logProbability);
    }

    @Override
    public String toString() {
        return "GeneratedSequence[tokens=" + Arrays.toString(tokens) + ", score=" + score + ", logProbability="
                + logProbability + ", finishReason=" + finishReason + "]";
    }
}
