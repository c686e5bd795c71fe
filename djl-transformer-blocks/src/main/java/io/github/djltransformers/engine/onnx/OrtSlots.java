package io.github.djltransformers.engine.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where in the caches each row is. A row that goes on stays where it is, whichever row it becomes; only what several go on from is
 * copied, over what none goes on from.
 */
final class OrtSlots {
    private static final int NONE = -1;

    private int[] slots;

    private OrtSlots(int[] slots) {
        this.slots = slots;
    }

    /** Each row where its number says. */
    static OrtSlots inOrder(int rows) {
        return new OrtSlots(IntStream.range(0, rows).toArray());
    }

    /**
     * What is to be copied, all at once.
     *
     * @param from slots
     * @param to for each, the slot that is written over
     */
    record Copies(int[] from, int[] to) {
        boolean isEmpty() {
            return from.length == 0;
        }
    }

    int rows() {
        return slots.length;
    }

    /** The slot of a row. */
    int of(int row) {
        return slots[row];
    }

    /** The slots of rows. */
    int[] of(int[] rows) {
        return Arrays.stream(rows).map(row -> slots[row]).toArray();
    }

    /**
     * Goes on with as many rows.
     *
     * @param rows for each, the one that it goes on from
     * @param group of so many slots side by side, the same rows have the first, second ... before and after
     */
    Copies move(int[] rows, int group) {
        int[] from = of(rows);
        int[] next = new int[from.length];
        boolean[] taken = new boolean[from.length];
        for (int row = 0; row < from.length; row++) {
            boolean stays = from[row] / group == row / group && !taken[from[row]];
            next[row] = stays ? from[row] : NONE;
            taken[from[row]] |= stays;
        }
        int[] copied =
                IntStream.range(0, next.length).filter(row -> next[row] == NONE).toArray();
        for (int row : copied) {
            int slot = row / group * group;
            while (taken[slot]) {
                slot++;
            }
            next[row] = slot;
            taken[slot] = true;
        }
        slots = next;
        return new Copies(Arrays.stream(copied).map(row -> from[row]).toArray(), of(copied));
    }
}
