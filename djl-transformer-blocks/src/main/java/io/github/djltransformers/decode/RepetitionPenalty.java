package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * Divides positive scores of tokens that the sequence has by the penalty, and multiplies negative ones with it (Keskar et al.
 * 2019, section 4.1).
 *
 * @param penalty above 1 against repetition
 */
record RepetitionPenalty(double penalty) implements ScoresProcessor {
    RepetitionPenalty {
        if (!(penalty > 0)) {
            throw new IllegalArgumentException("RepetitionPenalty: penalty must be positive, got " + penalty);
        }
    }

    @Override
    public void process(int[] sequence, float[] scores) {
        Arrays.stream(sequence)
                .distinct()
                .forEach(token -> scores[token] =
                        (float) (scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty));
    }
}
