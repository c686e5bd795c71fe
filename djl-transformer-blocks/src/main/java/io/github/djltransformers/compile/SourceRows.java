package io.github.djltransformers.compile;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which source each row of a batch writes for, and which rows of the sources' keys and values that needs: each source's
 * once where all sources have equally many rows side by side (beams share them), else one for each row.
 */
final class SourceRows {
    private int[] sources;
    private int[] memory; // for each row of the sources' keys and values, which source it is of

    /** One row for each source. */
    SourceRows(int count) {
        sources = IntStream.range(0, count).toArray();
        memory = sources;
    }

    /** Whether going on with these rows moves nothing. */
    static boolean areKept(int[] rows, int count) {
        return rows.length == count && IntStream.range(0, count).allMatch(i -> rows[i] == i);
    }

    /** The number of rows of the batch. */
    int rows() {
        return sources.length;
    }

    /** How many rows of the batch share a row of the sources' keys and values, after {@link #memoryMoves}. */
    int sharing() {
        return sources.length / memory.length;
    }

    /** Goes on with these rows in this order. */
    void select(int[] rows) {
        sources = Arrays.stream(rows).map(row -> sources[row]).toArray();
    }

    /**
     * Brings the sources' keys and values in line with the rows.
     *
     * @return the rows of them to go on with; null where they stay as they are
     */
    int[] memoryMoves() {
        int[] wanted = sideBySide();
        if (Arrays.equals(wanted, memory)) {
            return null;
        }
        int[] moves = Arrays.stream(wanted).map(this::place).toArray();
        memory = wanted;
        return moves;
    }

    private int place(int source) {
        return IntStream.range(0, memory.length)
                .filter(row -> memory[row] == source)
                .findFirst()
                .orElseThrow();
    }

    private int[] sideBySide() {
        int[] distinct = Arrays.stream(sources).distinct().toArray();
        int each = sources.length / distinct.length;
        boolean even = sources.length % distinct.length == 0
                && IntStream.range(0, sources.length).allMatch(row -> sources[row] == distinct[row / each]);
        return even ? distinct : sources;
    }
}
