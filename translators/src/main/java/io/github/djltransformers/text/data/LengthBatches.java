package io.github.djltransformers.text.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Batches of rows of like lengths, so that one long row does not pad many others. */
public final class LengthBatches {
    private LengthBatches() {}

    /**
     * Batches, longest first, so that a lack of memory shows at once.
     *
     * @param lengths of the rows, each at least 1
     * @param tokens how many tokens a batch has at most, padding included, unless one row alone has more
     * @param mixed whether rows of a batch may have different lengths
     * @return for each batch the indices of its rows
     */
    public static List<int[]> of(int[] lengths, int tokens, boolean mixed) {
        int[] sorted = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < sorted.length; ) {
            int longest = lengths[sorted[from]];
            int most = Math.max(1, tokens / Math.max(1, longest));
            int to = from + 1;
            while (to < sorted.length && to - from < most && (mixed || lengths[sorted[to]] == longest)) {
                to++;
            }
            batches.add(Arrays.copyOfRange(sorted, from, to));
            from = to;
        }
        return batches;
    }
}
