package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            try (TextTokenizer tokenizer = TextTokenizer.open(model)) {
                assertEquals(tokenizer.vocabularySize(), rows);
            }
        }
    }

    /** Of the words whose pronunciation is written every letter is a token, of the pronunciation every sound. */
    @Test
    void oneSideMayTellTheVocabulary() throws Exception {
        List<String> pairs = new ArrayList<>();
        for (String sounds : List.of("K AE T", "K AE P", "P AE T", "T AE K", "T AE P", "P AE K")) {
            pairs.add(sounds.toLowerCase(Locale.ROOT).replaceAll("ae| ", "") + "at\t" + sounds);
        }
        Files.write(folder.resolve("train.tsv"), pairs);
        Files.write(folder.resolve("dev.tsv"), pairs.subList(3, 6));
        Path file = Files.writeString(
                folder.resolve("recipe.json"),
                Files.readString(recipe())
                        .replaceFirst("\"reversed\": false", "\"reversed\": false, \"vocabulary_of\": \"target\""));
        Recipe.read(file).train(folder, folder.resolve("out"), line -> {}, "PyTorch");
        try (TextTokenizer tokenizer = TextTokenizer.open(folder.resolve("out/model"))) {
            assertEquals(List.of("ĠK", "ĠAE", "ĠT"), tokenizer.encode("K AE T").tokens());
            assertEquals(List.of("Ġ", "k", "a", "t"), tokenizer.encode("kat").tokens());
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
        MalformedModelException error = assertThrows(MalformedModelException.class, () -> Recipe.read(file));
        assertEquals(
                "TranslationRecipe: in " + file + " keys must be among [accumulation, checkpoint_every, clip_norm,"
                        + " keep_checkpoints, log_every, patience, seed, steps, validate_every], got unknown 'run.sede'",
                error.getMessage());
    }

    @Test
    void aStringWhereANumberBelongsIsNamed() throws Exception {
        Path file = folder.resolve("recipe.json");
        Files.writeString(file, Files.readString(recipe()).replace("\"steps\": 12", "\"steps\": \"many\""));
        MalformedModelException error = assertThrows(MalformedModelException.class, () -> Recipe.read(file));
        assertEquals(
                "TranslationRecipe: in " + file + " run.steps must be an integer, got \"many\"", error.getMessage());
    }

    /** A value, and how the recipe's own is written. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"heads\": 2| \"heads\": 3| model_size",
                "\"heads\": 2| \"heads\": 0| heads",
                "\"warm_up_steps\": .*,| \"warm_up_steps\": 13,| optimizer.warm_up_steps must be at most run.steps, which is 12, got 13",
                "\"max_tokens\": [0-9]*| \"max_tokens\": 1000000| corpus.max_tokens must be at most model.max_length, which is",
                "\"learning_rate\": [^,]*| \"learning_rate\": -1| optimizer must be valid, got: learning_rate must be above 0 and at most 1, got -1.0",
                "\"label_smoothing\": [^,\\n]*| \"label_smoothing\": 1| label_smoothing must be in [0, 1), got 1.0",
                "\"clip_norm\": [^,]*| \"clip_norm\": 0| run must be valid, got: clip_norm must be positive, got 0.0",
                "\"vocabulary_size\": [^,]*| \"vocabulary_size\": 3| tokenizer must be valid, got: vocabulary_size must be at least 260, got 3"
            })
    void valuesOfARecipeAreCheckedAndNamedByTheirKeys(String place, String value, String said) throws Exception {
        String text = Files.readString(recipe());
        Path file = Files.writeString(folder.resolve("recipe.json"), text.replaceFirst(place, value));
        MalformedModelException error = assertThrows(MalformedModelException.class, () -> Recipe.read(file));
        assertTrue(error.getMessage().contains(said), error.getMessage());
    }

    @Test
    void aFolderIsOfOneRecipeAndItsData() throws Exception {
        train("PyTorch", "out", new ArrayList<>());
        Path file = Files.writeString(
                folder.resolve("recipe.json"), Files.readString(recipe()).replace("\"heads\": 2", "\"heads\": 4"));
        TranslationRecipe other = (TranslationRecipe) Recipe.read(file);
        assertEquals(
                "RecipeTraining: the folder " + folder.resolve("out")
                        + " must be of the same recipe and data, got others: model.layer.heads was 2 and is 4; name another folder",
                refusal(other, "out"));
        Files.writeString(folder.resolve("dev.tsv"), "six\tsechs\n");
        String data = refusal((TranslationRecipe) Recipe.read(recipe()), "out");
        assertTrue(data.contains("got others: sha256.dev.tsv was "), data);
    }

    @Test
    void emptyDataIsRefusedBeforeAnythingIsMade() throws Exception {
        Files.writeString(folder.resolve("dev.tsv"), "");
        assertEquals(
                "TranslationTraining: corpus.validation must name a file with pairs of sentences, got none in "
                        + folder.resolve("dev.tsv"),
                refusal((TranslationRecipe) Recipe.read(recipe()), "new"));
        assertFalse(Files.exists(folder.resolve("new/model")));
    }

    private String refusal(TranslationRecipe recipe, String output) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> recipe.train(folder, folder.resolve(output), line -> {}, "PyTorch"))
                .getMessage();
    }

    private TrainingResult train(String engine, String output, List<String> lines) throws Exception {
        return Recipe.read(recipe()).train(folder, folder.resolve(output), lines::add, engine);
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(
                TranslationTrainingTest.class.getResource("/recipe/tiny.json").toURI());
    }
}
