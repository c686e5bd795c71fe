package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.stream.IntStream;

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
        return take(1);
    }

    /** (rows, count), and goes on to the next. */
    TokenRows take(int count) {
        TokenRows taken = TokenRows.of(
                Arrays.stream(next)
                        .mapToObj(first -> IntStream.range(first, first + count).toArray())
                        .toList(),
                0);
        rewind(-count);
        return taken;
    }

    /** Goes back. */
    void rewind(int count) {
        next = Arrays.stream(next).map(each -> each - count).toArray();
    }

    /** Goes on with these rows in this order. */
    public void select(int... rows) {
        next = Arrays.stream(rows).map(row -> next[row]).toArray();
    }
}
