package io.github.djltransformers.text.metric;

import java.util.Arrays;
import java.util.List;

/**
 * Counts the n-grams of a few texts that are compared with each other, order after order. An n-gram is identified by the
 * number of its first n - 1 symbols' n-gram and its last symbol, so that any order costs the same and counting is exact.
 */
final class NgramCounts {
    private static final int EMPTY = -1;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final List<int[]> texts;
    /** For each text the number of the n-gram that starts at each position. */
    private final int[][] numbers;

    private final long[] keys;
    private final int[] values;
    private final int shift;
    private int order;
    private int distinct;

    /** Begins before order 1; equal symbols have equal numbers of 0 or more. */
    NgramCounts(List<int[]> texts) {
        this.texts = texts;
        int symbols = texts.stream().mapToInt(text -> text.length).sum();
        numbers = texts.stream().map(text -> new int[text.length]).toArray(int[][]::new);
        int bits = Math.max(4, 33 - Integer.numberOfLeadingZeros(symbols)); // at most half full
        keys = new long[1 << bits];
        values = new int[1 << bits];
        shift = Long.SIZE - bits;
    }

    /** Goes on to the next order and returns for each text the count of each n-gram that occurs in any text. */
    int[][] next() {
        order++;
        distinct = 0;
        Arrays.fill(values, EMPTY);
        for (int t = 0; t < numbers.length; t++) {
            int[] text = texts.get(t);
            for (int i = 0; i + order <= text.length; i++) {
                numbers[t][i] = number((long) numbers[t][i] << Integer.SIZE | text[i + order - 1]);
            }
        }
        int[][] counts = new int[numbers.length][distinct];
        for (int t = 0; t < numbers.length; t++) {
            for (int i = 0; i + order <= numbers[t].length; i++) {
                counts[t][numbers[t][i]]++;
            }
        }
        return counts;
    }

    /** Returns how many n-grams of the present order a text has. */
    int total(int text) {
        return Math.max(0, numbers[text].length - order + 1);
    }

    private int number(long key) {
        int slot = (int) (key * MIX >>> shift);
        while (values[slot] != EMPTY) {
            if (keys[slot] == key) {
                return values[slot];
            }
            slot = slot + 1 & keys.length - 1;
        }
        keys[slot] = key;
        values[slot] = distinct;
        return distinct++;
    }
}
