package io.github.djltransformers.saved;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class ModelWeightsTest {
    private static final ModelConfig CONFIG = new ModelConfig.EncoderDecoder(
            new TransformerConfig(LayerConfig.of(8, 2, 16), 2, 1, 11, 16, PositionKind.SINUSOIDAL, false));

    @TempDir
    Path directory;

    @EngineTest
    void aModelInDoublePrecisionIsSavedInSingle(String engine) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Projection wide = new Projection(2, 3, true);
            wide.initialize(manager, DataType.FLOAT64);
            Path file = directory.resolve("wide.safetensors");
            ModelWeights.save(wide, file);
            Projection loaded = new Projection(2, 3, true);
            ModelWeights.load(loaded, manager, file);
            double[] before = ParameterNames.of(wide).get("weight").getArray().toDoubleArray();
            float[] after = ParameterNames.of(loaded).get("weight").getArray().toFloatArray();
            for (int i = 0; i < before.length; i++) {
                assertEquals((float) before[i], after[i]);
            }
        }
    }

    @EngineTest
    void savedAndLoadedOnEveryEngineGivesTheSameWeights(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            EncoderDecoderTransformer block = initialized(manager);
            ModelWeights.save(block, file);
            for (String other : EngineNames.all()) {
                try (NDManager otherManager = manager(other)) {
                    EncoderDecoderTransformer loaded = (EncoderDecoderTransformer) CONFIG.newBlock();
                    ModelWeights.load(loaded, otherManager, file);
                    assertTrue(loaded.isInitialized());
                    Map<String, Parameter> expected = ParameterNames.of(block);
                    Map<String, Parameter> actual = ParameterNames.of(loaded);
                    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
                    expected.forEach((name, parameter) -> assertArrayEquals(
                            parameter.getArray().toFloatArray(),
                            actual.get(name).getArray().toFloatArray(),
                            name));
                    assertArrayEquals(logits(block, manager), logits(loaded, otherManager), 1e-5f);
                }
            }
        }
    }

    @EngineTest
    void fileHoldsEachTrainedParameterOnce(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            EncoderDecoderTransformer block = initialized(manager);
            ModelWeights.save(block, file);
            try (SafeTensorsFile tensors = SafeTensorsFile.open(file)) {
                assertEquals(ParameterNames.trained(block).keySet(), tensors.names());
                assertTrue(tensors.names().contains("embedding.weight"));
                assertTrue(tensors.names().contains("encoder.layers.1.self_attention.query.weight"));
                assertFalse(tensors.names().contains("positions.weight"));
                // 2 encoder layers of 2 norms, 1 decoder layer of 3, 4 attentions of 8 and 3 feed-forwards of 4;
                // embedding
                assertEquals(
                        1 + 2 * 2 * 2 + 3 * 2 + 4 * 8 + 3 * 4, tensors.names().size());
            }
        }
    }

    @EngineTest
    void sixteenBitFilesAreWidened(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("half.safetensors");
        try (NDManager manager = manager(engine)) {
            Projection block = projection(manager, 0.1f, 1f / 3);
            for (FloatStorage storage : List.of(FloatStorage.FLOAT16, FloatStorage.BFLOAT16)) {
                ModelWeights.save(block, file, storage);
                Projection loaded = new Projection(2, 1, false);
                ModelWeights.load(loaded, manager, file);
                NDArray weight = loaded.getDirectParameters().get("weight").getArray();
                assertEquals(DataType.FLOAT32, weight.getDataType());
                // The nearest values of 11 and of 8 significant bits.
                float[] expected = storage == FloatStorage.FLOAT16
                        ? new float[] {1638 / 16384f, 1365 / 4096f}
                        : new float[] {205 / 2048f, 171 / 512f};
                assertArrayEquals(expected, weight.toFloatArray());
            }
        }
    }

    @EngineTest
    void loadingReplacesWeightsWithoutDrawingAny(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            ModelWeights.save(projection(manager, 1, 2), file);
            Projection block = new Projection(2, 1, false);
            Initializer forbidden = (owner, shape, type) -> {
                throw new AssertionError("drawn");
            };
            Parameter weight = block.getDirectParameters().get("weight");
            weight.setInitializer(forbidden);
            ModelWeights.load(block, manager, file);
            ModelWeights.load(block, manager, file);
            assertArrayEquals(new float[] {1, 2}, weight.getArray().toFloatArray());
            assertSame(forbidden, weight.getInitializer());
            assertFalse(weight.getArray().hasGradient());
            assertTrue(weight.requiresGradient());
            assertSame(manager, weight.getArray().getManager());
        }
    }

    @EngineTest
    void tensorsMustBeTheParameters(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            SafeTensorsWriter.write(
                    file,
                    Map.of("weight", manager.zeros(new Shape(1, 2)), "wieght", manager.zeros(new Shape(1))),
                    Map.of());
            Projection block = new Projection(2, 1, true);
            assertEquals(
                    "ModelWeights: the tensors in " + file + " must be the 2 parameters of Projection,"
                            + " got missing [bias] and unexpected [wieght]",
                    assertThrows(MalformedModelException.class, () -> ModelWeights.load(block, manager, file))
                            .getMessage());
            assertFalse(block.isInitialized());
        }
    }

    @EngineTest
    void shapesAndTypesMustBeThoseOfTheParameters(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            tensors.put("weight", manager.zeros(new Shape(2, 1)));
            tensors.put("bias", manager.zeros(new Shape(1), DataType.INT64));
            SafeTensorsWriter.write(file, tensors, Map.of());
            Projection block = new Projection(2, 1, true);
            assertEquals(
                    "ModelWeights: in " + file + " tensor 'weight' must have shape (1, 2), got (2, 1);"
                            + " tensor 'bias' must be of type F32, F16 or BF16, got I64",
                    assertThrows(MalformedModelException.class, () -> ModelWeights.load(block, manager, file))
                            .getMessage());
        }
    }

    @EngineTest
    void failedLoadLeavesTheBlockAsItWas(String engine) throws IOException, MalformedModelException {
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = manager(engine)) {
            Projection block = projection(manager, 1, 2);
            ModelWeights.save(block, file);
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
            assertThrows(MalformedModelException.class, () -> ModelWeights.load(block, manager, file));
            assertArrayEquals(
                    new float[] {1, 2},
                    block.getDirectParameters().get("weight").getArray().toFloatArray());
        }
    }

    @EngineTest
    void uninitializedBlockIsNotSaved(String engine) {
        assertEquals(
                "ModelWeights: parameter 'weight' of Projection must be initialised, got none;"
                        + " initialise or load the block before saving it",
                assertThrows(
                                IllegalStateException.class,
                                () -> ModelWeights.save(new Projection(2, 1, false), directory.resolve(engine)))
                        .getMessage());
        assertFalse(Files.exists(directory.resolve(engine)));
    }

    @EngineTest
    void directoryHoldsConfigurationAndWeights(String engine) throws IOException, MalformedModelException {
        try (NDManager manager = manager(engine)) {
            EncoderDecoderTransformer block = initialized(manager);
            Path model = directory.resolve("a/b");
            ModelDirectory.save(model, CONFIG, block, FloatStorage.FLOAT32);
            assertEquals(CONFIG, ModelConfigJson.read(model.resolve(ModelDirectory.CONFIG)));
            EncoderDecoderTransformer loaded = (EncoderDecoderTransformer) ModelDirectory.load(model, manager);
            assertArrayEquals(logits(block, manager), logits(loaded, manager));
        }
    }

    private static NDManager manager(String engine) {
        return NDManager.newBaseManager(Device.cpu(), engine);
    }

    private static EncoderDecoderTransformer initialized(NDManager manager) {
        EncoderDecoderTransformer block = (EncoderDecoderTransformer) CONFIG.newBlock();
        block.initialize(manager, DataType.FLOAT32);
        return block;
    }

    private static Projection projection(NDManager manager, float... row) {
        Projection block = new Projection(row.length, 1, false);
        block.getDirectParameters().get("weight").setInitializer((owner, shape, type) -> owner.create(row, shape));
        block.initialize(manager, DataType.FLOAT32);
        return block;
    }

    private static float[] logits(EncoderDecoderTransformer block, NDManager manager) {
        try (NDManager step = manager.newSubManager()) {
            NDArray source = step.create(new long[] {1, 2, 3}, new Shape(1, 3));
            NDArray keep = step.ones(new Shape(1, 1, 1, 3)).toType(DataType.BOOLEAN, false);
            NDArray target = step.create(new long[] {4, 5}, new Shape(1, 2));
            return block.forward(new ParameterStore(step, true), new NDList(source, keep, target), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }
}
