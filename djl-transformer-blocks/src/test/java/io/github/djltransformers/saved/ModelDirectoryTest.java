package io.github.djltransformers.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {
    private static final ModelConfig CONFIG = new ModelConfig.LanguageModel(
            new TransformerConfig(LayerConfig.of(8, 2, 16), 0, 1, 11, 16, PositionKind.SINUSOIDAL, true));

    @TempDir
    Path directory;

    @EngineTest
    void openedModelTrainsItsParametersAndNotItsConstants(String engine) throws IOException, MalformedModelException {
        save(engine);
        try (Model model = ModelDirectory.open(directory, "tiny", Device.cpu(), engine)) {
            assertEquals(directory.toAbsolutePath(), model.getModelPath());
            Map<String, Parameter> parameters = ParameterNames.of(model.getBlock());
            assertFalse(parameters.get("embedding.weight").getArray().hasGradient());
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                    .optDevices(new Device[] {Device.cpu()}))) {
                trainer.initialize();
                assertTrue(parameters.get("embedding.weight").getArray().hasGradient());
                assertFalse(parameters.get("embedding.positions.weight").requiresGradient());
                assertFalse(
                        parameters.get("embedding.positions.weight").getArray().hasGradient());
            }
        }
    }

    @EngineTest
    void factoryGivesDjlTheReasonOfAFailure(String engine) throws IOException, MalformedModelException {
        save(engine);
        ModelConfigJson.write(
                new ModelConfig.LanguageModel(
                        new TransformerConfig(LayerConfig.of(8, 2, 16), 0, 1, 12, 16, PositionKind.SINUSOIDAL, true)),
                directory.resolve(ModelDirectory.CONFIG));
        try (Model model = Model.newInstance("tiny", Device.cpu(), engine)) {
            assertEquals(
                    "ModelWeights: in " + directory.resolve(ModelDirectory.WEIGHTS)
                            + " tensor 'embedding.weight' must have shape (12, 8), got (11, 8)",
                    assertThrows(
                                    IOException.class,
                                    () -> new TransformerBlockFactory().newBlock(model, directory, Map.of()))
                            .getMessage());
        }
    }

    @Test
    void sizesAreComparedBeforeAnythingIsAllocated() throws IOException {
        save("PyTorch");
        String text = Files.readString(directory.resolve(ModelDirectory.CONFIG));
        String longer = text.replace("\"length\": 16", "\"length\": 1000000000");
        assertNotEquals(text, longer);
        assertEquals(
                "ModelWeights: the constants of DecoderLanguageModel for "
                        + directory.resolve(ModelDirectory.WEIGHTS)
                        + ", such as its positions, must have at most 67108864 numbers, got 8000000000",
                refusal(longer));
        String larger = text.replace("\"vocabulary_size\": 11", "\"vocabulary_size\": 2000000000");
        assertTrue(refusal(larger).contains("must have shape (2000000000, 8), got (11, 8)"), refusal(larger));
        assertTrue(refusal(text.replaceFirst("\"layers\": \\[[^\\]]*\\]", "\"layers\": []"))
                .startsWith("Model"));
    }

    /** Each is read, or refused as a whole. */
    @Test
    void damagedConfigurationsAreRefusedOrRead() throws IOException {
        save("PyTorch");
        Path file = directory.resolve(ModelDirectory.CONFIG);
        String text = Files.readString(file);
        String[] values = {"0", "-1", "1e99999", "1e400", "10000000", "2147483648", "null", "true", "[]", "{}", "\"x\""
        };
        List<MatchResult> places =
                Pattern.compile(": ([^\\s,\\[{]+)").matcher(text).results().toList();
        int refused = 0;
        for (MatchResult place : places) {
            for (String value : values) {
                Files.writeString(file, text.substring(0, place.start(1)) + value + text.substring(place.end(1)));
                try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                    assertTrue(ModelDirectory.load(directory, manager).isInitialized());
                } catch (MalformedModelException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > places.size() * values.length * 0.7, refused + " of " + places.size() * values.length);
    }

    private String refusal(String config) throws IOException {
        Files.writeString(directory.resolve(ModelDirectory.CONFIG), config);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return assertThrows(MalformedModelException.class, () -> ModelDirectory.load(directory, manager))
                    .getMessage();
        }
    }

    private void save(String engine) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerBlock block = CONFIG.newBlock();
            block.initialize(manager, DataType.FLOAT32);
            ModelDirectory.save(directory, CONFIG, block, FloatStorage.FLOAT32);
        }
    }
}
