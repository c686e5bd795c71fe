package io.github.djltransformers.model;

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
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.FiniteDifferences;
import io.github.djltransformers.testing.Samples;
import java.util.List;
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
            NDList inputs = new NDList(
                    Samples.ids(manager, 1, 17, 2, 5),
                    Samples.keepMask(manager, 5, 5, 2),
                    Samples.ids(manager, 2, 17, 2, 4));
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

    @EngineTest
    void gradientsEqualFiniteDifferences(String engine) {
        Closeness closeness = new Closeness(1e-7);
        for (NormPlacement placement : List.of(NormPlacement.POST, NormPlacement.PRE, NormPlacement.SANDWICH)) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                // Swish, because MXNet computes GELU in float32 whatever the tensor's type.
                LayerConfig layer = LayerConfig.of(4, 2, 3)
                        .withActivation(ActivationFunction.SWISH)
                        .withNorm(placement);
                TransformerConfig config =
                        new TransformerConfig(layer, 1, 1, 5, 4, PositionKind.LEARNED, placement == NormPlacement.PRE);
                EncoderDecoderTransformer transformer =
                        Samples.initialized(manager, DataType.FLOAT64, new EncoderDecoderTransformer(config));
                NDList inputs = new NDList(
                        Samples.ids(manager, 1, 5, 2, 4),
                        Samples.keepMask(manager, 4, 4, 2),
                        Samples.ids(manager, 2, 5, 2, 3));
                NDArray weight = Samples.normal(manager, DataType.FLOAT64, 3, 2, 3, 5);
                NDList constants = new NDList(inputs);
                constants.add(weight);
                ParameterStore store = new ParameterStore(manager, false);
                FiniteDifferences.compare(
                        manager,
                        Samples.arrays(transformer),
                        constants,
                        () -> transformer
                                .forward(store, inputs, true)
                                .singletonOrThrow()
                                .mul(weight)
                                .sum(),
                        closeness);
            }
        }
        closeness.verify("EncoderDecoderTransformer's differences on " + engine);
    }
}
