package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * Divides positive scores of tokens that the sequence has by the penalty, and multiplies negative ones with it (Keskar et al.
 * 2019, section 4.1).
 *
 * @param penalty above 1 against repetition
 */
record RepetitionPenalty(double penalty) implements SparseProcessor, ScoreChange {
    RepetitionPenalty {
        if (!(penalty > 0)) {
            throw new IllegalArgumentException("RepetitionPenalty: penalty must be positive, got " + penalty);
        }
    }

    @Override
    public void changes(int[] sequence, Sink sink) {
        Arrays.stream(sequence).distinct().forEach(token -> sink.change(token, this));
    }

    @Override
    public float of(float score) {
        return (float) (score < 0 ? score * penalty : score / penalty);
    }

    @Override
    public boolean lowers() {
        return penalty >= 1;
    }
}
