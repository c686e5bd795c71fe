package io.github.djltransformers.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
        int shortest = sequences.stream().mapToInt(row -> row.length).min().orElse(0);
        int longest = sequences.stream().mapToInt(row -> row.length).max().orElse(0);
        if (shortest == 0) {
            throw new IllegalArgumentException(
                    "TokenRows: sequences must be at least one, of at least one token each, got lengths "
                            + sequences.stream().map(row -> row.length).toList());
        }
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

    /** Whether sequences are of different lengths. */
    public boolean padded() {
        return keep != null;
    }

    /** (rows, length) INT64. */
    public NDArray ids(NDManager manager) {
        return manager.create(ids, new Shape(rows, length));
    }

    /** (rows, 1, 1, length) BOOLEAN, true at tokens; null where nothing is padded. */
    public NDArray keepMask(NDManager manager) {
        return keep == null ? null : manager.create(keep, new Shape(rows, 1, 1, length));
    }

    /** Refuses sequences of different lengths, for models that take no mask. */
    public void requireOneLength() {
        if (padded()) {
            throw new IllegalArgumentException("TokenRows: sequences must be of one length, got shorter ones than "
                    + length + "; read them in batches of one length");
        }
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
