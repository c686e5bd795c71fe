package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TokenBatchesTest {
    private static final List<TokenizedPair> PAIRS = SyntheticPairs.of(5000);
    private static final int BUDGET = 512;

    @Test
    void everyPairComesExactlyOnceAnEpoch() {
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Long> numbers = numbers(batches(1).epoch(epoch));
            assertEquals(PAIRS.size(), numbers.size());
            assertEquals(PAIRS.size(), new HashSet<>(numbers).size());
        }
    }

    @Test
    void noBatchIsOverTheBudgetAndFewAreFarBelow() {
        EpochBatches epoch = batches(1).epoch(0);
        int full = 0;
        for (int i = 0; i < epoch.size(); i++) {
            TokenBatch batch = epoch.batch(i);
            int positions = batch.rows() * Math.max(batch.sourceLength(), batch.targetLength());
            assertTrue(positions <= BUDGET, "batch " + i + " has " + positions);
            full += positions >= 0.8 * BUDGET ? 1 : 0;
        }
        assertTrue(full >= 0.95 * epoch.size(), full + " of " + epoch.size());
    }

    @Test
    void likeLengthsMeetSoThatLittleIsPadding() {
        double sorted = paddingFraction(new TokenBatches(PAIRS, BatchConfig.of(BUDGET, 1), SequenceMarkers.STANDARD));
        double noiseless =
                paddingFraction(new TokenBatches(PAIRS, new BatchConfig(BUDGET, 0, 1), SequenceMarkers.STANDARD));
        double fullNoise =
                paddingFraction(new TokenBatches(PAIRS, new BatchConfig(BUDGET, 1, 1), SequenceMarkers.STANDARD));
        assertTrue(noiseless < 0.06, "no noise: " + noiseless);
        assertTrue(sorted < 0.09, "default noise: " + sorted);
        assertTrue(noiseless < sorted && sorted < fullNoise, noiseless + " " + sorted + " " + fullNoise);
    }

    @Test
    void seedAndEpochDetermineTheOrder() {
        List<Long> first = numbers(batches(1).epoch(0));
        assertEquals(first, numbers(batches(1).epoch(0)));
        assertNotEquals(first, numbers(batches(1).epoch(1)));
        assertNotEquals(first, numbers(batches(2).epoch(0)));
        TokenBatches asked = batches(1);
        asked.epoch(7);
        assertEquals(first, numbers(asked.epoch(0)));
    }

    @Test
    void epochsPutOtherPairsTogether() {
        Set<Set<Long>> first = rows(batches(1).epoch(0));
        Set<Set<Long>> second = rows(batches(1).epoch(1));
        first.retainAll(second);
        assertTrue(first.size() < second.size() / 20, first.size() + " of " + second.size() + " the same");
    }

    @Test
    void batchesDoNotComeInOrderOfLength() {
        EpochBatches epoch = batches(1).epoch(0);
        int rising = 0;
        for (int i = 1; i < epoch.size(); i++) {
            rising += epoch.batch(i).sourceLength() > epoch.batch(i - 1).sourceLength() ? 1 : 0;
        }
        double fraction = (double) rising / epoch.size();
        assertTrue(fraction > 0.3 && fraction < 0.7, "rising: " + fraction);
    }

    @Test
    void resumingGoesOnExactlyWhereTheRunStopped() {
        EpochBatches whole = batches(5).epoch(2);
        Iterator<TokenBatch> uninterrupted = whole.from(0);
        int next = whole.size() / 3;
        for (int i = 0; i < next; i++) {
            uninterrupted.next();
        }
        Iterator<TokenBatch> resumed = batches(5).epoch(2).from(next);
        while (uninterrupted.hasNext()) {
            TokenBatch expected = uninterrupted.next();
            TokenBatch actual = resumed.next();
            assertArrayEquals(expected.sourceIds(), actual.sourceIds());
            assertArrayEquals(expected.targetIds(), actual.targetIds());
            assertArrayEquals(expected.labelIds(), actual.labelIds());
        }
        assertFalse(resumed.hasNext());
        assertFalse(whole.from(whole.size()).hasNext());
    }

    @Test
    void errorsNameTheRule() {
        assertEquals(
                "TokenBatches: pairs must have at least 1 element, got none",
                messageOf(() -> new TokenBatches(List.of(), BatchConfig.of(8, 1), SequenceMarkers.STANDARD)));
        List<TokenizedPair> pairs = List.of(
                new TokenizedPair(new int[3], new int[7]),
                new TokenizedPair(new int[3], new int[8]),
                new TokenizedPair(new int[3], new int[1]));
        assertEquals(
                "TokenBatches: every pair must fit into maximumTokens 8, got pair 1 of length 9; "
                        + "raise the budget or lower the length limit",
                messageOf(() -> new TokenBatches(pairs, BatchConfig.of(8, 1), SequenceMarkers.STANDARD)));
        assertEquals(
                "TokenBatches: epoch must be at least 0, got -1",
                messageOf(() -> batches(1).epoch(-1)));
        assertEquals("BatchConfig: maximumTokens must be at least 1, got 0", messageOf(() -> BatchConfig.of(0, 1)));
        assertEquals(
                "BatchConfig: lengthNoise must be within 0 and 1, got NaN",
                messageOf(() -> new BatchConfig(8, Double.NaN, 1)));
        EpochBatches three =
                new TokenBatches(SyntheticPairs.of(3), new BatchConfig(100, 0, 1), SequenceMarkers.STANDARD).epoch(0);
        assertEquals(1, three.size());
        assertEquals("EpochBatches: index must be within 0 and 0, got 1", messageOf(() -> three.batch(1)));
        assertEquals("EpochBatches: next must be within 0 and 1, got 2", messageOf(() -> three.from(2)));
    }

    private static TokenBatches batches(long seed) {
        return new TokenBatches(PAIRS, BatchConfig.of(BUDGET, seed), SequenceMarkers.STANDARD);
    }

    private static List<Long> numbers(EpochBatches epoch) {
        List<Long> numbers = new ArrayList<>();
        epoch.from(0).forEachRemaining(batch -> numbers.addAll(numbers(batch)));
        return numbers;
    }

    private static List<Long> numbers(TokenBatch batch) {
        List<Long> numbers = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            numbers.add(batch.sourceIds()[row * batch.sourceLength()]);
        }
        return numbers;
    }

    private static Set<Set<Long>> rows(EpochBatches epoch) {
        Set<Set<Long>> rows = new HashSet<>();
        epoch.from(0).forEachRemaining(batch -> rows.add(new HashSet<>(numbers(batch))));
        return rows;
    }

    private static double paddingFraction(TokenBatches batches) {
        EpochBatches epoch = batches.epoch(0);
        long tokens = 0;
        long positions = 0;
        for (int i = 0; i < epoch.size(); i++) {
            TokenBatch batch = epoch.batch(i);
            tokens += batch.sourceTokens() + batch.targetTokens();
            positions += (long) batch.rows() * (batch.sourceLength() + batch.targetLength());
        }
        return 1 - (double) tokens / positions;
    }

    private static String messageOf(Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
