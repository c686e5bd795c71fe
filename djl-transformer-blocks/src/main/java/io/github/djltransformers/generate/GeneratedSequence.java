package io.github.djltransformers.generate;

import java.util.Arrays;

/**
 * A written sequence.
 *
 * @param tokens the new ones, with the end token where there is one; copied on the way in and out
 * @param score of beam search: the sum of processed log-probabilities over n^p; of greedy search the log-probability
 * @param logProbability the sum of the log-probabilities that the model gave the tokens; NaN for beam search
 * @param ended whether the last token is an end token
 */
@SuppressWarnings("ArrayRecordComponent")
public record GeneratedSequence(int[] tokens, double score, double logProbability, boolean ended) {
    public GeneratedSequence {
        tokens = tokens.clone();
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GeneratedSequence that
                && Arrays.equals(tokens, that.tokens)
                && Double.compare(score, that.score) == 0
                && Double.compare(logProbability, that.logProbability) == 0
                && ended == that.ended;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(tokens) + Double.hashCode(score);
    }

    @Override
    public String toString() {
        return "GeneratedSequence[tokens=" + Arrays.toString(tokens) + ", score=" + score + ", ended=" + ended + "]";
    }
}
