package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * Forbids tokens that would repeat a run of tokens that the sequence has (Paulus et al. 2018, section 2.5).
 *
 * @param size how many tokens a run has
 */
record NoRepeatedNgrams(int size) implements SparseProcessor {
    NoRepeatedNgrams {
        if (size < 1) {
            throw new IllegalArgumentException("NoRepeatedNgrams: size must be positive, got " + size);
        }
    }

    @Override
    public void changes(int[] sequence, Sink sink) {
        int beginning = sequence.length - (size - 1);
        for (int from = 0; from < beginning; from++) {
            if (Arrays.equals(sequence, from, from + size - 1, sequence, beginning, sequence.length)
                    && from + size - 1 < sequence.length) {
                sink.change(sequence[from + size - 1], ScoreChange.FORBIDDEN);
            }
        }
    }
}
