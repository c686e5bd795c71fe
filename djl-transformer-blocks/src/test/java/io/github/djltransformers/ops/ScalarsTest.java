package io.github.djltransformers.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.EngineTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

class ScalarsTest {
    private static final int PRODUCTS = 200;

    /** With {@link NDArray#mul(Number)} this fails on PyTorch: the buffers written here take the numbers' place. */
    @EngineTest
    void gradientSurvivesGarbageCollectionBeforeTheBackwardPass(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray x = manager.ones(new Shape(3));
            x.setRequiresGradient(true);
            List<ByteBuffer> written = new ArrayList<>();
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray sum = Scalars.times(x, 0);
                for (int i = 1; i <= PRODUCTS; i++) {
                    sum = sum.add(Scalars.times(x, i));
                }
                overwriteFreedBuffers(written);
                collector.backward(sum.sum());
            }
            assertEquals(20 * PRODUCTS, written.size());
            for (float gradient : x.getGradient().toFloatArray()) {
                assertEquals(PRODUCTS * (PRODUCTS + 1) / 2, gradient, 1e-3);
            }
        }
    }

    /** Nor may an activation hold on to numbers that Java has let go of. */
    @EngineTest
    void activationsSurviveItToo(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), true);
            for (ActivationFunction function : ActivationFunction.values()) {
                NDArray x = manager.create(new float[] {0.5f});
                x.setRequiresGradient(true);
                List<ByteBuffer> written = new ArrayList<>();
                try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                    NDArray sum = ops.activate(x, function);
                    for (int i = 1; i < PRODUCTS; i++) {
                        sum = sum.add(ops.activate(x, function));
                    }
                    overwriteFreedBuffers(written);
                    collector.backward(sum.sum());
                }
                double gradient = x.getGradient().toFloatArray()[0];
                // At 0.5 every derivative is between those of the logistic function and of the squared rectifier.
                assertTrue(gradient > 0.2 * PRODUCTS && gradient < 1.5 * PRODUCTS, function + " gave " + gradient);
            }
        }
    }

    private static void overwriteFreedBuffers(List<ByteBuffer> written) {
        System.gc();
        for (int i = 0; i < 20 * PRODUCTS; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
            buffer.putFloat(0, 1e30f);
            written.add(buffer);
        }
    }

    @EngineTest
    void keepsTheDataType(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray doubled = Scalars.times(manager.create(new double[] {1, -2}), 2.5);
            assertEquals(DataType.FLOAT64, doubled.getDataType());
            assertEquals(-5, doubled.toDoubleArray()[1], 0);
        }
    }
}
