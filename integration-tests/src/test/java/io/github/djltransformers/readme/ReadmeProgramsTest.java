package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.FiniteDifferences;
import io.github.djltransformers.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of README.md. */
class ReadmeProgramsTest {
    /** Above it no program has learned anything: what is left is the smoothing, 0.8, and the first characters. */
    private static final float LEARNED = 1.6f;

    @TempDir
    Path temporary;

    @EngineTest
    void trainerLearnsTheText(String engine) throws IOException, TranslateException {
        Engine.getEngine(engine).setRandomSeed(1);
        float loss = TrainCharacters.train("the quick brown fox jumps over the lazy dog. ".repeat(2), 20, engine);
        assertTrue(loss < LEARNED, engine + ": " + loss);
    }

    @EngineTest
    void recipeEndsInAModelDirectory(String engine) throws IOException, MalformedModelException {
        Path data = Files.createDirectories(temporary.resolve("data"));
        writePairs(data.resolve("train.tsv"), 0, 60);
        writePairs(data.resolve("dev.tsv"), 60, 10);
        Path output = temporary.resolve("run");
        Path recipe = temporary.resolve("recipe.json");
        SmallRecipe.write(recipe, 16, 4);
        TrainingResult result = TrainTranslator.train(recipe, data, output, engine);
        assertTrue(result.ended());
        assertEquals(4, result.step());
        assertEquals(
                Set.of("config.json", "model.safetensors", "serving.properties", "tokenizer.json"),
                names(output.resolve("model")));
        assertEquals(Set.of("step-00000002", "step-00000004"), names(output.resolve("checkpoints")));
    }

    private static void writePairs(Path file, int first, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = first; i < first + count; i++) {
            lines.append("I have " + i + " books.\tIch habe " + i + " Bücher.\n");
        }
        Files.writeString(file, lines);
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    @EngineTest
    void adapterBeginsAsTheIdentity(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Adapter adapter = new Adapter(6, 2);
            adapter.initialize(manager, DataType.FLOAT32, new Shape(2, 3, 6));
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 3, 6);
            assertArrayEquals(x.toFloatArray(), forward(manager, adapter, x).toFloatArray());
            assertEquals(
                    List.of("norm.weight", "norm.bias", "down.weight", "down.bias", "up.weight", "up.bias"),
                    List.copyOf(ParameterNames.of(adapter).keySet()));
            IllegalArgumentException narrow = assertThrows(
                    IllegalArgumentException.class, () -> forward(manager, adapter, manager.zeros(new Shape(2, 3, 5))));
            assertEquals("Adapter: x must be (B, T, 6) of a floating type, got (2, 3, 5) FLOAT32", narrow.getMessage());
        }
    }

    @EngineTest
    void adapterHasTheGradientsOfItsFormula(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Adapter adapter = Samples.initialized(manager, DataType.FLOAT64, new Adapter(4, 2));
            NDArray x = Samples.normal(manager, DataType.FLOAT64, 2, 1, 3, 4);
            NDArray weights = Samples.normal(manager, DataType.FLOAT64, 3, 1, 3, 4);
            Closeness closeness = new Closeness(1e-7);
            FiniteDifferences.compare(
                    manager,
                    Samples.arrays(adapter),
                    new NDList(x, weights),
                    () -> forward(manager, adapter, x).mul(weights).sum(),
                    closeness);
            closeness.verify(engine + " Adapter");
        }
    }

    private static NDArray forward(NDManager manager, Adapter adapter, NDArray x) {
        return adapter.forward(new ParameterStore(manager, false), new NDList(x), true)
                .singletonOrThrow();
    }
}
