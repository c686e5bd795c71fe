package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenizedTextTest {
    /** [ 10 11 ... ] 20 21 ... ] with [ = 1 and ] = 2. */
    private static TokenizedText text(int first, int second) {
        IntStream.Builder ids = IntStream.builder().add(1);
        IntStream.range(10, 10 + first).forEach(ids::add);
        ids.add(2);
        IntStream.range(20, 20 + second).forEach(ids::add);
        int[] all = (second == 0 ? ids.build() : IntStream.concat(ids.build(), IntStream.of(2))).toArray();
        int[] sequences = IntStream.of(all)
                .map(id -> id < 10 ? TokenizedText.FRAME : id < 20 ? 0 : 1)
                .toArray();
        String[] tokens = IntStream.of(all).mapToObj(Integer::toString).toArray(String[]::new);
        return new TokenizedText(all, new int[all.length], tokens, new int[all.length], all, sequences);
    }

    @Test
    void cuttingKeepsTheFrame() {
        assertArrayEquals(new int[] {1, 10, 11, 2}, text(6, 0).cut(4).ids());
        TokenizedText shortEnough = text(2, 0);
        assertSame(shortEnough, shortEnough.cut(4));
        assertEquals(
                "TokenizedText: limit must be at least the 2 tokens of the frame, got 1",
                assertThrows(IllegalArgumentException.class, () -> text(6, 0).cut(1))
                        .getMessage());
    }

    @Test
    void theLongerOfTwoGivesFirst() {
        assertArrayEquals(
                new int[] {1, 10, 11, 12, 2, 20, 21, 2}, text(6, 2).cut(8).ids());
        assertArrayEquals(
                new int[] {1, 10, 2, 20, 21, 22, 23, 2}, text(1, 9).cut(8).ids());
        // An odd place more goes to the longer.
        assertArrayEquals(
                new int[] {1, 10, 11, 2, 20, 21, 22, 2}, text(5, 7).cut(8).ids());
        assertArrayEquals(
                new int[] {1, 10, 11, 12, 2, 20, 21, 2}, text(7, 5).cut(8).ids());
    }

    @Test
    void windowsShareTheirStride() {
        List<int[]> windows =
                text(7, 0).windows(5, 1).stream().map(TokenizedText::ids).toList();
        assertEquals(3, windows.size());
        assertArrayEquals(new int[] {1, 10, 11, 12, 2}, windows.get(0));
        assertArrayEquals(new int[] {1, 12, 13, 14, 2}, windows.get(1));
        assertArrayEquals(new int[] {1, 14, 15, 16, 2}, windows.get(2));
        assertEquals(1, text(3, 0).windows(5, 1).size());
        assertEquals(1, text(0, 0).windows(5, 1).size());
    }

    @Test
    void theFirstOfTwoTextsIsInEachWindow() {
        List<int[]> windows =
                text(2, 5).windows(8, 0).stream().map(TokenizedText::ids).toList();
        assertEquals(2, windows.size());
        assertArrayEquals(new int[] {1, 10, 11, 2, 20, 21, 22, 2}, windows.get(0));
        assertArrayEquals(new int[] {1, 10, 11, 2, 23, 24, 2}, windows.get(1));
        assertEquals(
                "TokenizedText: stride must be from 0 to 2, the limit 8 less all that is in each window, got 3",
                assertThrows(IllegalArgumentException.class, () -> text(2, 5).windows(8, 3))
                        .getMessage());
    }
}
