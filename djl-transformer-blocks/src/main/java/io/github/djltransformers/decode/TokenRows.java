package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import java.util.Arrays;
import java.util.List;

/** Token ids of several sequences, the shorter ones padded at the end. */
public final class TokenRows {
    private final int rows;
    private final int length;
    private final long[] ids;
    private final boolean[] keep; // null where nothing is padded

    private TokenRows(int rows, int length, long[] ids, boolean[] keep) {
        this.rows = rows;
        this.length = length;
        this.ids = ids;
        this.keep = keep;
    }

    /**
     * @param sequences at least one, of at least one token each
     * @param paddingId fills the shorter ones; any id of the vocabulary, for it is masked
     */
    public static TokenRows of(List<int[]> sequences, int paddingId) {
        if (sequences.isEmpty() || sequences.stream().anyMatch(row -> row.length == 0)) {
            throw new IllegalArgumentException(
                    "TokenRows: sequences must be at least one, of at least one token each, got lengths "
                            + sequences.stream().map(row -> row.length).toList());
        }
        return beginnings(sequences, paddingId);
    }

    /**
     * Beginnings for a decoder-only model, which may have no token.
     *
     * @param sequences at least one
     * @param paddingId as in {@link #of}
     */
    public static TokenRows beginnings(List<int[]> sequences, int paddingId) {
        int shortest = sequences.stream().mapToInt(row -> row.length).min().orElseThrow();
        int longest = sequences.stream().mapToInt(row -> row.length).max().orElseThrow();
        long[] ids = new long[sequences.size() * longest];
        boolean[] keep = new boolean[ids.length];
        Arrays.fill(ids, paddingId);
        for (int row = 0; row < sequences.size(); row++) {
            int[] sequence = sequences.get(row);
            int from = row * longest;
            for (int i = 0; i < sequence.length; i++) {
                ids[from + i] = sequence[i];
            }
            Arrays.fill(keep, from, from + sequence.length, true);
        }
        return new TokenRows(sequences.size(), longest, ids, shortest == longest ? null : keep);
    }

    /** One token for each row. */
    public static TokenRows column(int[] tokens) {
        return new TokenRows(
                tokens.length, 1, Arrays.stream(tokens).asLongStream().toArray(), null);
    }

    /** The number of sequences. */
    public int rows() {
        return rows;
    }

    /** The length of the longest. */
    public int length() {
        return length;
    }

    /** One of these, without padding. */
    TokenRows only(int row) {
        int kept = lengths()[row];
        int[] tokens = new int[kept];
        for (int i = 0; i < kept; i++) {
            tokens[i] = (int) ids[row * length + i];
        }
        return beginnings(List.of(tokens), 0);
    }

    /** The ids of the first. */
    int[] first() {
        return Arrays.stream(ids).limit(length).mapToInt(id -> (int) id).toArray();
    }

    /** The length of each, padding not counted. */
    int[] lengths() {
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++) {
            for (int i = row * length; i < (row + 1) * length; i++) {
                lengths[row] += keep == null || keep[i] ? 1 : 0;
            }
        }
        return lengths;
    }

    /** Whether sequences are of different lengths. */
    public boolean padded() {
        return keep != null;
    }

    /** The ids, row after row. */
    public long[] flat() {
        return ids.clone();
    }

    /** True at tokens, row after row; null where nothing is padded. */
    public boolean[] flatKeep() {
        return keep == null ? null : keep.clone();
    }

    /** (rows, length) INT64. */
    public NDArray ids(NDManager manager) {
        return HostArrays.of(manager, ids, new Shape(rows, length));
    }

    /** (rows, 1, 1, length) BOOLEAN, true at tokens; null where nothing is padded. */
    public NDArray keepMask(NDManager manager) {
        return keep == null ? null : HostArrays.of(manager, keep, new Shape(rows, 1, 1, length));
    }

    /** These rows, the shorter ones padded before their first token, as decoder-only models read them. */
    public TokenRows paddedInFront() {
        if (!padded()) {
            return this;
        }
        long[] moved = ids.clone();
        boolean[] movedKeep = new boolean[ids.length];
        for (int row = 0; row < rows; row++) {
            int kept = kept(row);
            System.arraycopy(ids, row * length + kept, moved, row * length, length - kept);
            System.arraycopy(ids, row * length, moved, row * length + length - kept, kept);
            Arrays.fill(movedKeep, (row + 1) * length - kept, (row + 1) * length, true);
        }
        return new TokenRows(rows, length, moved, movedKeep);
    }

    private int kept(int row) {
        int count = 0;
        while (count < length && keep[row * length + count]) {
            count++;
        }
        return count;
    }

    /**
     * Refuses ids that no row of an embedding table has; engines clamp, wrap or abort on them.
     *
     * @param vocabularySize the number of rows
     */
    public void requireInVocabulary(long vocabularySize) {
        for (long id : ids) {
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalArgumentException("TokenRows: ids must be in [0, " + vocabularySize + "), got " + id
                        + "; the tokenizer and the model must share one vocabulary");
            }
        }
    }
}
