package io.github.djltransformers.decode;

import java.util.HashMap;
import java.util.Map;

/**
 * Takes from the score of each token that was written {@code presence + frequency n}, n being how often it was; the prompt does not
 * count.
 *
 * @param promptLength tokens before the first that was written
 */
record OccurrencePenalties(int promptLength, double presence, double frequency) implements SparseProcessor {
    @Override
    public void changes(int[] sequence, Sink sink) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = promptLength; i < sequence.length; i++) {
            counts.merge(sequence[i], 1, Integer::sum);
        }
        counts.forEach(
                (token, count) -> sink.change(token, new ScoreChange.Added((float) -(presence + frequency * count))));
    }
}
