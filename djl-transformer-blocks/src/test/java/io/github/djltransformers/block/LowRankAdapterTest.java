package io.github.djltransformers.block;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.FiniteDifferences;
import io.github.djltransformers.testing.Samples;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A linear map with an adapter beside it. */
class LowRankAdapterTest {
    private static float[] run(Projection projection, NDManager manager, float... x) {
        NDArray input = manager.create(x, new Shape(1, 1, x.length));
        return projection
                .forward(new ParameterStore(manager, false), new NDList(input), false)
                .singletonOrThrow()
                .toFloatArray();
    }

    /** x = (1, 2, 3): W x + b = (14.5, 31); A x = -4, B A x = (-8, 4), twice that is added. */
    @EngineTest
    void addsTheScaledProduct(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Projection projection = new Projection(3, 2, true);
            projection.initialize(manager, DataType.FLOAT32);
            projection.weight().getArray().set(new float[] {1, 2, 3, 4, 5, 6});
            Samples.arrays(projection).get("bias").set(new float[] {0.5f, -1});
            LowRankAdapter adapter = new LowRankAdapter(3, 2, 1, 2, 0);
            adapter.initialize(manager, DataType.FLOAT32);
            projection.adapt(adapter);
            assertArrayEquals(new float[] {14.5f, 31}, run(projection, manager, 1, 2, 3), "B begins at zero");
            adapter.down().getArray().set(new float[] {1, -1, -1});
            adapter.up().getArray().set(new float[] {2, -1});
            assertArrayEquals(new float[] {14.5f - 16, 31 + 8}, run(projection, manager, 1, 2, 3));
            assertEquals(
                    Set.of("weight", "bias", "adapter.down", "adapter.up"),
                    ParameterNames.trained(projection).keySet());
            projection.removeAdapter();
            assertNull(projection.adapter());
            assertArrayEquals(new float[] {14.5f, 31}, run(projection, manager, 1, 2, 3));
            assertEquals(
                    Set.of("weight", "bias"), ParameterNames.trained(projection).keySet());
        }
    }

    @EngineTest
    void beginsUniform(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            LowRankAdapter adapter = new LowRankAdapter(100, 3, 50, 1, 0);
            adapter.initialize(manager, DataType.FLOAT32);
            float[] down = adapter.down().getArray().toFloatArray();
            double squares = 0;
            float largest = 0;
            for (float value : down) {
                squares += (double) value * value;
                largest = Math.max(largest, Math.abs(value));
            }
            assertTrue(largest <= 0.1f && largest > 0.099f, "within 1/sqrt(100), got " + largest);
            // The variance of the distribution is 0.1^2 / 3.
            assertEquals(0.01 / 3, squares / down.length, 0.0002);
            assertArrayEquals(new float[150], adapter.up().getArray().toFloatArray());
        }
    }

    /** Two parts of one matrix, as of a fused projection. */
    @EngineTest
    void gradientsAreThoseOfFiniteDifferences(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Projection first = new Projection(4, 3, true);
            Projection second = new Projection(4, 5, false);
            LowRankAdapter adapter = new LowRankAdapter(4, 3, 2, 0.75f, 0);
            LowRankAdapter shared = new LowRankAdapter(adapter, 5);
            assertSame(adapter.down(), shared.down());
            first.adapt(adapter);
            second.adapt(shared);
            Samples.initialized(manager, DataType.FLOAT64, first);
            Samples.initialized(manager, DataType.FLOAT64, second);
            NDArray x = Samples.normal(manager, DataType.FLOAT64, 1, 2, 3, 4);
            NDArray ofFirst = Samples.normal(manager, DataType.FLOAT64, 2, 2, 3, 3);
            NDArray ofSecond = Samples.normal(manager, DataType.FLOAT64, 3, 2, 3, 5);
            ParameterStore store = new ParameterStore(manager, false);
            Map<String, NDArray> variables = Map.of(
                    "x", x,
                    "weight", first.weight().getArray(),
                    "down", adapter.down().getArray(),
                    "up", adapter.up().getArray(),
                    "shared up", shared.up().getArray());
            Closeness closeness = new Closeness(1e-7);
            FiniteDifferences.compare(
                    manager,
                    variables,
                    new NDList(ofFirst, ofSecond),
                    () -> first.forward(store, new NDList(x), true)
                            .singletonOrThrow()
                            .mul(ofFirst)
                            .sum()
                            .add(second.forward(store, new NDList(x), true)
                                    .singletonOrThrow()
                                    .mul(ofSecond)
                                    .sum()),
                    closeness);
            closeness.verify(engine + " adapter");
        }
    }

    @Test
    void wrongSizesAreRefused() {
        Projection projection = new Projection(3, 2, true);
        requireRejected(
                "Projection: adapter must map as (2, 3), got (3, 2)",
                () -> projection.adapt(new LowRankAdapter(2, 3, 1, 1, 0)));
        requireRejected(
                "LowRankAdapter: down must have positive sizes, got (0, 3)", () -> new LowRankAdapter(3, 2, 0, 1, 0));
        projection.adapt(new LowRankAdapter(3, 2, 1, 1, 0));
        assertEquals(
                "Projection: adapter must be absent, got one; take it away first",
                assertThrows(IllegalStateException.class, () -> projection.adapt(new LowRankAdapter(3, 2, 1, 1, 0)))
                        .getMessage());
    }
}
