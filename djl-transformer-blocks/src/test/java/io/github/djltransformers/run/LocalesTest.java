package io.github.djltransformers.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.saved.ModelConfigJson;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where people write digits and letters otherwise, programs, files and their names are the same. */
class LocalesTest {
    private static final TransformerConfig MODEL =
            new TransformerConfig(LayerConfig.of(12, 3, 20), 1, 0, 17, 9, PositionKind.SINUSOIDAL, true);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG-u-nu-arab", "tr-TR", "th-TH-u-nu-thai"})
    void programsAndFilesAreTheSame(String tag) throws Exception {
        Locale before = Locale.getDefault();
        String json = ModelConfigJson.toJson(new ModelConfig.Classifier(MODEL, 3));
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            if (!tag.startsWith("tr")) {
                assertNotEquals("5", String.format("%d", 5));
            }
            assertEquals(json, ModelConfigJson.toJson(new ModelConfig.Classifier(MODEL, 3)));
            for (String engine : EngineNames.all()) {
                compile(engine);
                train(engine, tag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static void compile(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderClassifier block = new EncoderClassifier(MODEL, 3);
            block.initialize(manager, DataType.FLOAT32);
            CompiledExecution.install(block, manager, CompilationConfig.of(Map.of()));
            NDList inputs = new NDList(Samples.ids(manager, 1, 17, 2, 5), Samples.keepMask(manager, 5, 5, 4));
            block.forward(new ParameterStore(manager, false), inputs, false);
            assertEquals(Optional.empty(), ((CompiledExecution) block.execution()).eagerReason());
        }
    }

    private void train(String engine, String tag) throws Exception {
        TrainingRunConfig config = new TrainingRunConfig(6, 1, 1.0, 2, 6, 3, 2, 9, 1);
        Path run = folder.resolve(engine + tag);
        for (int lives : new int[] {4, 100}) {
            try (Model model = Model.newInstance("copy", Device.cpu(), engine)) {
                TrainingRun training = CopyTask.run(model, run, config, CopyTask.dyingAfter(lives));
                if (lives == 4) {
                    assertThrows(IllegalStateException.class, training::run);
                } else {
                    assertEquals(6, training.run().step());
                }
            }
            assertTrue(Files.exists(run.resolve("checkpoints/step-00000003")));
        }
        // The second life went on from the first one's checkpoint.
        assertTrue(Files.readString(run.resolve("log.jsonl")).startsWith("{\"step\":2,"));
    }
}
