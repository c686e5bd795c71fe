package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrtSlotsTest {
    private static final int[] NONE = {};

    @Test
    void rowsThatChangePlacesStayWhereTheyAre() {
        OrtSlots slots = OrtSlots.inOrder(4);

        OrtSlots.Copies copies = slots.move(new int[] {1, 0, 3, 2}, 2);

        assertTrue(copies.isEmpty());
        assertArrayEquals(new int[] {1, 0, 3, 2}, slots.of(new int[] {0, 1, 2, 3}));
    }

    @Test
    void whatSeveralGoOnFromIsCopiedOverWhatNoneDoes() {
        OrtSlots slots = OrtSlots.inOrder(4);

        OrtSlots.Copies copies = slots.move(new int[] {2, 2, 0, 2}, 4);

        assertArrayEquals(new int[] {2, 2}, copies.from());
        assertArrayEquals(new int[] {1, 3}, copies.to());
        assertArrayEquals(new int[] {2, 1, 0, 3}, slots.of(new int[] {0, 1, 2, 3}));
    }

    @Test
    void whatComesFromAnotherGroupIsCopied() {
        OrtSlots slots = OrtSlots.inOrder(4);

        OrtSlots.Copies copies = slots.move(new int[] {2, 3, 0, 1}, 2);

        assertArrayEquals(new int[] {2, 3, 0, 1}, copies.from());
        assertArrayEquals(new int[] {0, 1, 2, 3}, copies.to());
    }

    @Test
    void rowsThatStayNeedNothing() {
        OrtSlots.Copies copies = OrtSlots.inOrder(3).move(new int[] {0, 1, 2}, 1);

        assertArrayEquals(NONE, copies.from());
        assertArrayEquals(NONE, copies.to());
    }

    @Test
    void eachRowHasWhatItGoesOnFromWhateverMovesCameBefore() {
        Random random = new Random(1);
        for (int group : new int[] {1, 2, 4, 12}) {
            OrtSlots slots = OrtSlots.inOrder(12);
            int[] stored = random.ints(12).toArray();
            int[] expected = stored.clone();
            for (int move = 0; move < 100; move++) {
                int[] from = random.ints(12, 0, 12).toArray();
                expected = values(expected, from);
                OrtSlots.Copies copies = slots.move(from, group);
                int[] copied = values(stored, copies.from());
                for (int i = 0; i < copied.length; i++) {
                    stored[copies.to()[i]] = copied[i];
                }
                int[] places = slots.of(IntStream.range(0, 12).toArray());
                assertArrayEquals(expected, values(stored, places));
                assertEquals(12, IntStream.of(places).distinct().count());
                for (int row = 0; row < 12; row++) {
                    assertEquals(row / group, places[row] / group);
                }
            }
        }
    }

    private static int[] values(int[] all, int... places) {
        return IntStream.of(places).map(place -> all[place]).toArray();
    }
}
