package io.github.djltransformers.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InitializersTest {
    private static final DataType[] TYPES = {DataType.FLOAT32, DataType.FLOAT64};

    @EngineTest
    void xavierIsUniformWithinItsBound(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            manager.getEngine().setRandomSeed(3);
            double bound = Math.sqrt(6.0 / 300);
            for (DataType type : TYPES) {
                double[] values =
                        values(Initializers.xavierUniform().initialize(manager, new Shape(100, 200), type), type);
                assertTrue(Arrays.stream(values).allMatch(value -> Math.abs(value) <= bound), type.toString());
                // Five standard errors of 20,000 values: bound / sqrt(3 n), and of their squares.
                assertEquals(0, Arrays.stream(values).average().orElseThrow(), 5 * bound / Math.sqrt(60_000));
                assertEquals(1 / 3.0, meanSquare(values) / (bound * bound), 5 * Math.sqrt(4 / 45.0 / 20_000));
            }
        }
    }

    @EngineTest
    void normalHasItsDeviation(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            manager.getEngine().setRandomSeed(3);
            for (DataType type : TYPES) {
                double[] values =
                        values(Initializers.normal(0.25).initialize(manager, new Shape(100, 200), type), type);
                // Five standard errors of 20,000 values.
                assertEquals(0, Arrays.stream(values).average().orElseThrow(), 5 * 0.25 / Math.sqrt(20_000));
                assertEquals(1, meanSquare(values) / 0.0625, 5 * Math.sqrt(2.0 / 20_000));
            }
        }
    }

    @EngineTest
    void constantsAreThemselves(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            double[][] rows = {{0, 0.5}, {-1, 2}, {0.25, -4}};
            for (DataType type : TYPES) {
                NDArray table = Initializers.constant(rows).initialize(manager, new Shape(3, 2), type);
                assertEquals(new Shape(3, 2), table.getShape());
                assertArrayEquals(new double[] {0, 0.5, -1, 2, 0.25, -4}, values(table, type));
            }
        }
    }

    @Test
    void parametersAreNamedFromTheRootDown() {
        assertEquals(
                Set.of("weight", "bias"),
                ParameterNames.of(new Projection(2, 3, true)).keySet());
        assertEquals(
                Set.of("weight"),
                ParameterNames.trained(new Projection(2, 3, false)).keySet());
    }

    private static double[] values(NDArray array, DataType type) {
        assertEquals(type, array.getDataType());
        return Closeness.doubles(array);
    }

    private static double meanSquare(double[] values) {
        return Arrays.stream(values).map(value -> value * value).average().orElseThrow();
    }
}
