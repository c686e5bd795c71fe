package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.model.ModelDirectory;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.tokenizer.Tokenizers;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslationTrainingTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeCorpus() throws IOException {
        List<String> numbers = List.of("one\teins", "two\tzwei", "three\tdrei", "four\tvier", "five\tfünf");
        List<String> things = List.of("houses\tHäuser", "trees\tBäume", "books\tBücher", "cats\tKatzen");
        List<String> pairs = new ArrayList<>();
        for (String number : numbers) {
            for (String thing : things) {
                String[] left = number.split("\t");
                String[] right = thing.split("\t");
                pairs.add(left[0] + " " + right[0] + "\t" + left[1] + " " + right[1]);
            }
        }
        Files.write(folder.resolve("train.tsv"), pairs);
        Files.write(folder.resolve("dev.tsv"), pairs.subList(3, 9));
    }

    @EngineTest
    void writesAModelDirectoryThatLoads(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = train(engine, "out", lines);
        assertTrue(result.ended());
        assertEquals(12, result.step());
        assertEquals("20 training pairs (0 too long, 0 empty), 6 validation pairs", lines.get(1));
        Path model = folder.resolve("out/model");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            var block = ModelDirectory.load(model, manager);
            long rows =
                    ParameterNames.of(block).get("embedding.weight").getShape().get(0);
            assertEquals(Tokenizers.vocabularySize(model.resolve("tokenizer.json")), rows);
        }
    }

    @EngineTest
    void theSameRecipeGivesTheSameModel(String engine) throws Exception {
        train(engine, "first", new ArrayList<>());
        train(engine, "second", new ArrayList<>());
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("first/model").resolve(file)),
                    Files.readAllBytes(folder.resolve("second/model").resolve(file)),
                    file);
        }
    }

    @Test
    void anUnknownKeyOfARecipeIsNamed() throws Exception {
        Path file = folder.resolve("recipe.json");
        Files.writeString(file, Files.readString(recipe()).replace("\"seed\": 1", "\"sede\": 1"));
        MalformedModelException error = assertThrows(MalformedModelException.class, () -> TranslationRecipe.read(file));
        assertEquals(
                "TranslationRecipe: in " + file + " keys must be among [accumulation, checkpoint_every, clip_norm,"
                        + " keep_checkpoints, log_every, patience, seed, steps, validate_every], got unknown 'run.sede'",
                error.getMessage());
    }

    @Test
    void aStringWhereANumberBelongsIsNamed() throws Exception {
        Path file = folder.resolve("recipe.json");
        Files.writeString(file, Files.readString(recipe()).replace("\"steps\": 12", "\"steps\": \"many\""));
        MalformedModelException error = assertThrows(MalformedModelException.class, () -> TranslationRecipe.read(file));
        assertEquals(
                "TranslationRecipe: in " + file + " run.steps must be an integer, got \"many\"", error.getMessage());
    }

    private TrainingResult train(String engine, String output, List<String> lines) throws Exception {
        return new TranslationTraining(TranslationRecipe.read(recipe()), folder, folder.resolve(output), lines::add)
                .run(engine);
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(
                TranslationTrainingTest.class.getResource("/recipe/tiny.json").toURI());
    }
}
