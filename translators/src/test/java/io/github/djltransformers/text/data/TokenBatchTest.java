package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.EngineTest;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBatchTest {
    private static final List<TokenizedPair> PAIRS = List.of(
            new TokenizedPair(new int[] {11, 12, 13}, new int[] {21}),
            new TokenizedPair(new int[] {14}, new int[] {22, 23, 24, 25}));
    private static final long[] SOURCE = {11, 12, 13, 3, 14, 3, 0, 0};
    private static final long[] TARGET = {2, 21, 0, 0, 0, 2, 22, 23, 24, 25};
    private static final long[] LABELS = {21, 3, 0, 0, 0, 22, 23, 24, 25, 3};

    @Test
    void framesAndPadsRows() {
        TokenBatch batch = TokenBatch.of(PAIRS, SequenceMarkers.STANDARD);
        assertEquals(2, batch.rows());
        assertEquals(4, batch.sourceLength());
        assertEquals(5, batch.targetLength());
        assertArrayEquals(SOURCE, batch.sourceIds());
        assertArrayEquals(TARGET, batch.targetIds());
        assertArrayEquals(LABELS, batch.labelIds());
        assertEquals(6, batch.sourceTokens());
        assertEquals(7, batch.targetTokens());
    }

    @Test
    void takesOtherMarkers() {
        // As Marian models have it: padding last in the vocabulary, which is also the start.
        TokenBatch batch = TokenBatch.of(PAIRS, new SequenceMarkers(99, 99, 0));
        assertArrayEquals(new long[] {11, 12, 13, 0, 14, 0, 99, 99}, batch.sourceIds());
        assertArrayEquals(new long[] {99, 21, 99, 99, 99, 99, 22, 23, 24, 25}, batch.targetIds());
        assertArrayEquals(new long[] {21, 0, 99, 99, 99, 22, 23, 24, 25, 0}, batch.labelIds());
    }

    @EngineTest
    void becomesArrays(String engine) {
        TokenBatch batch = TokenBatch.of(PAIRS, SequenceMarkers.STANDARD);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDList data = batch.data(manager);
            assertEquals(3, data.size());
            assertEquals(new Shape(2, 4), data.get(0).getShape());
            assertEquals(new Shape(2, 1, 1, 4), data.get(1).getShape());
            assertEquals(new Shape(2, 5), data.get(2).getShape());
            assertEquals(DataType.INT64, data.get(0).getDataType());
            assertEquals(DataType.BOOLEAN, data.get(1).getDataType());
            assertEquals(DataType.INT64, data.get(2).getDataType());
            assertArrayEquals(SOURCE, data.get(0).toLongArray());
            assertArrayEquals(
                    new boolean[] {true, true, true, true, true, true, false, false},
                    data.get(1).toBooleanArray());
            assertArrayEquals(TARGET, data.get(2).toLongArray());

            NDList labels = batch.labels(manager);
            assertEquals(1, labels.size());
            assertEquals(new Shape(2, 5), labels.get(0).getShape());
            assertEquals(DataType.INT64, labels.get(0).getDataType());
            assertArrayEquals(LABELS, labels.get(0).toLongArray());
            assertEquals(4, manager.getManagedArrays().size());
        }
    }

    @Test
    void errorsNameTheRule() {
        assertEquals(
                "TokenBatch: pairs must have at least 1 element, got none",
                assertThrows(IllegalArgumentException.class, () -> TokenBatch.of(List.of(), SequenceMarkers.STANDARD))
                        .getMessage());
        assertEquals(
                "SequenceMarkers: ids must be at least 0 and end other than padding, got padding 3, start 2, end 3",
                assertThrows(IllegalArgumentException.class, () -> new SequenceMarkers(3, 2, 3))
                        .getMessage());
    }
}
