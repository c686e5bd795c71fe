package io.github.djltransformers.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.Arrays;

class DropoutTest {
    @EngineTest
    void zeroesTheRateAndScalesTheRest(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            manager.getEngine().setRandomSeed(11);
            NDArray ones = manager.ones(new Shape(100, 100));
            float[] dropped = new NDArrayOps(new ParameterStore(manager, false), true)
                    .dropout(ones, 0.3f)
                    .toFloatArray();
            int zeros = 0;
            for (float value : dropped) {
                zeros += value == 0 ? 1 : 0;
                assertEquals(value == 0 ? 0 : 1 / 0.7f, value, 1e-6f);
            }
            // Four standard deviations of the binomial distribution: sqrt(10000 0.3 0.7) = 46.
            assertEquals(3000, zeros, 184);
        }
    }

    @EngineTest
    void isActiveInTrainingOnlyAndFollowsTheSeed(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            LayerConfig config = LayerConfig.of(12, 3, 20);
            TransformerLayer plain = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(config));
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 12);
            float[] undropped = forward(manager, plain, x, false);
            assertArrayEquals(undropped, training(manager, plain, x, 1), "without dropout");
            for (LayerConfig dropping : new LayerConfig[] {
                config.withDropout(0.5f, 0, 0), config.withDropout(0, 0.5f, 0), config.withDropout(0, 0, 0.5f)
            }) {
                TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(dropping));
                assertArrayEquals(undropped, forward(manager, layer, x, false), "inference with " + dropping);
                float[] first = training(manager, layer, x, 1);
                assertFalse(Arrays.equals(undropped, first), "training with " + dropping);
                assertArrayEquals(first, training(manager, layer, x, 1), "the same seed with " + dropping);
                assertFalse(Arrays.equals(first, training(manager, layer, x, 2)), "another seed with " + dropping);
            }
        }
    }

    private static float[] training(NDManager manager, TransformerLayer layer, NDArray x, int seed) {
        manager.getEngine().setRandomSeed(seed);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            return forward(manager, layer, x, true);
        }
    }

    private static float[] forward(NDManager manager, TransformerLayer layer, NDArray x, boolean training) {
        return layer.forward(new ParameterStore(manager, false), new NDList(x), training)
                .singletonOrThrow()
                .toFloatArray();
    }
}
