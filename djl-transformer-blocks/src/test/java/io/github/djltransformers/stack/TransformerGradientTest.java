package io.github.djltransformers.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import java.util.Map;

class TransformerGradientTest {
    @EngineTest
    void everyTrainedParameterGetsAFiniteGradient(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            manager.getEngine().setRandomSeed(7);
            TransformerConfig config = new TransformerConfig(
                    LayerConfig.of(12, 3, 20).withDropout(0.1f, 0.1f, 0.1f),
                    2,
                    2,
                    17,
                    16,
                    PositionKind.SINUSOIDAL,
                    false);
            EncoderDecoderTransformer transformer = new EncoderDecoderTransformer(config);
            transformer.initialize(manager, DataType.FLOAT32);
            Map<String, Parameter> trained = ParameterNames.trained(transformer);
            trained.values().forEach(parameter -> parameter.getArray().setRequiresGradient(true));
            NDArray keepMask = manager.create(
                    new boolean[] {true, true, true, true, true, true, true, false, false, false},
                    new Shape(2, 1, 1, 5));
            NDList inputs = new NDList(ids(manager, 5), keepMask, ids(manager, 4));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray logits = transformer
                        .forward(new ParameterStore(manager, false), inputs, true)
                        .singletonOrThrow();
                assertEquals(new Shape(2, 4, 17), logits.getShape());
                collector.backward(logits.logSoftmax(2).get(":,:,3").neg().mean());
            }
            // 8 (self) + 2 + 4 + 2 an encoder layer, 10 more a decoder layer, and the one embedding.
            assertEquals(2 * 16 + 2 * 26 + 1, trained.size());
            trained.forEach((name, parameter) -> {
                float[] gradient = parameter.getArray().getGradient().toFloatArray();
                float largest = 0;
                for (float value : gradient) {
                    assertTrue(Float.isFinite(value), name);
                    largest = Math.max(largest, Math.abs(value));
                }
                // A key's bias moves all scores of a query alike: its gradient is nothing but rounding.
                assertTrue(largest > (name.endsWith("key.bias") ? -1 : 1e-6f), name + " " + largest);
            });
        }
    }

    private static NDArray ids(NDManager manager, int length) {
        long[] ids = new long[2 * length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (i * 5L + 3) % 17;
        }
        return manager.create(ids, new Shape(2, length));
    }
}
