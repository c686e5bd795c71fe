package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a corpus score is computed from: a few counts of each line, and their sums. */
final class LineCounts {
    private final List<long[]> lines = new ArrayList<>();
    private final long[] sums;

    /**
     * @param width how many counts a line has
     */
    LineCounts(int width) {
        sums = new long[width];
    }

    void add(long... counts) {
        lines.add(counts);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counts[i];
        }
    }

    long[] sums() {
        return sums.clone();
    }

    /** The interval of a score, each resample's computed from its own sums. */
    Bootstrap interval(long seed, ToDoubleFunction<long[]> score) {
        return Bootstrap.of(lines.size(), seed, sample -> {
            long[] of = new long[sums.length];
            for (int line : sample) {
                long[] counts = lines.get(line);
                for (int i = 0; i < of.length; i++) {
                    of[i] += counts[i];
                }
            }
            return score.applyAsDouble(of);
        });
    }
}
