package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.List;

/**
 * Forbids tokens that would complete one of some runs of tokens.
 *
 * @param runs of one token at least each
 */
record ForbiddenRuns(List<int[]> runs) implements SparseProcessor {
    ForbiddenRuns {
        runs = runs.stream().map(int[]::clone).toList();
        if (runs.stream().anyMatch(run -> run.length == 0)) {
            throw new IllegalArgumentException("ForbiddenRuns: runs must have a token each, got an empty one");
        }
    }

    @Override
    public void changes(int[] sequence, Sink sink) {
        for (int[] run : runs) {
            int before = run.length - 1;
            int from = sequence.length - before;
            if (from >= 0 && Arrays.equals(run, 0, before, sequence, from, sequence.length)) {
                sink.change(run[before], ScoreChange.FORBIDDEN);
            }
        }
    }
}
