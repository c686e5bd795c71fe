package io.github.djltransformers.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.EngineTest;
import java.util.concurrent.atomic.AtomicBoolean;

class HostArraysTest {
    @EngineTest
    void arraysHoldTheirNumbers(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray longs = HostArrays.of(manager, new long[] {1, -2, Long.MAX_VALUE, 4}, new Shape(2, 2));
            assertArrayEquals(new long[] {1, -2, Long.MAX_VALUE, 4}, longs.toLongArray());
            assertEquals(new Shape(2, 2), longs.getShape());
            assertArrayEquals(
                    new float[] {1.5f, -0f}, HostArrays.of(manager, 1.5f, -0f).toFloatArray());
            assertArrayEquals(
                    new double[] {0.1, 0.2},
                    HostArrays.of(manager, new double[] {0.1, 0.2}, new Shape(2, 1))
                            .toDoubleArray());
            NDArray booleans = HostArrays.of(manager, new boolean[] {true, false, true}, new Shape(3));
            assertEquals(DataType.BOOLEAN, booleans.getDataType());
            assertArrayEquals(new boolean[] {true, false, true}, booleans.toBooleanArray());
            assertEquals(3f, HostArrays.scalar(manager, 3).getFloat());
        }
    }

    /** With DJL's own way, MXNet's arrays held other numbers after a few thousand of these. */
    @EngineTest
    void collectionsOfGarbageLeaveThemAlone(String engine) throws InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        Thread collecting = new Thread(() -> {
            while (!ended.get()) {
                System.gc();
            }
        });
        collecting.start();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            for (int i = 0; i < 3_000; i++) {
                try (NDArray array = HostArrays.of(manager, 7, 7, 7, 7)) {
                    assertArrayEquals(new long[] {7, 7, 7, 7}, array.toLongArray());
                }
            }
        } finally {
            ended.set(true);
            collecting.join();
        }
    }
}
