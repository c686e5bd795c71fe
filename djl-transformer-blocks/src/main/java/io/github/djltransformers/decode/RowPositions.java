package io.github.djltransformers.decode;

import java.util.Arrays;

/** Where the next token of each row stands, padding not counted: what is left of tokens that a cache has forgotten. */
public final class RowPositions {
    private int[] next;

    private RowPositions(int... next) {
        this.next = next;
    }

    /** Those behind beginnings. */
    public static RowPositions after(TokenRows beginnings) {
        return new RowPositions(beginnings.lengths());
    }

    /** (rows, 1), and goes on to the next. */
    public TokenRows take() {
        TokenRows taken = TokenRows.column(next);
        next = Arrays.stream(next).map(each -> each + 1).toArray();
        return taken;
    }

    /** Goes on with these rows in this order. */
    public void select(int... rows) {
        next = Arrays.stream(rows).map(row -> next[row]).toArray();
    }
}
