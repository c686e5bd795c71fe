package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SourceRowsTest {
    @Test
    void beamsSideBySideShareTheirSource() {
        SourceRows rows = new SourceRows(2);
        rows.select(new int[] {0, 0, 0, 1, 1, 1});
        assertNull(rows.memoryMoves());
        assertEquals(3, rows.sharing());
        rows.select(new int[] {2, 1, 1, 5, 3, 3});
        assertNull(rows.memoryMoves());
    }

    @Test
    void aSourceThatLeavesMovesTheOthers() {
        SourceRows rows = new SourceRows(3);
        rows.select(new int[] {0, 0, 1, 1, 2, 2});
        rows.memoryMoves();
        rows.select(new int[] {0, 1, 4, 5});
        assertArrayEquals(new int[] {0, 2}, rows.memoryMoves());
        assertEquals(2, rows.sharing());
    }

    @Test
    void unevenBeamsHaveARowEach() {
        SourceRows rows = new SourceRows(2);
        rows.select(new int[] {0, 1, 1});
        assertArrayEquals(new int[] {0, 1, 1}, rows.memoryMoves());
        assertEquals(1, rows.sharing());
        rows.select(new int[] {2, 0, 1});
        assertArrayEquals(new int[] {1, 0, 1}, rows.memoryMoves());
    }

    @Test
    void onlyEveryRowInItsPlaceMovesNothing() {
        assertTrue(SourceRows.areKept(new int[] {0, 1, 2}, 3));
        assertFalse(SourceRows.areKept(new int[] {0, 1}, 3));
        assertFalse(SourceRows.areKept(new int[] {0, 2, 1}, 3));
    }
}
