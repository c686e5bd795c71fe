package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A language model learns a text that repeats itself, and goes on with it from a directory that Hugging Face's form has. */
class LanguageModelTrainingTest {
    private static final String LINE = "the cat sat on the mat, and the dog lay by the door.\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeText() throws IOException {
        try (GZIPOutputStream stream = new GZIPOutputStream(Files.newOutputStream(folder.resolve("text.txt.gz")))) {
            stream.write(LINE.repeat(120).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(LanguageModelTrainingTest.class
                .getResource("/recipe/tiny-language-model.json")
                .toURI());
    }

    private TrainingResult train(String engine, String output, List<String> lines) throws Exception {
        return Recipe.read(recipe()).train(folder, folder.resolve(output), lines::add, engine);
    }

    @EngineTest
    void aTextIsLearntAndGoneOnWith(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = train(engine, "out", lines);
        assertTrue(result.ended());
        // A letter of this text is certain but for the first of a row, which has nothing before it.
        assertTrue(-result.bestScore() < 0.35, lines.toString());
        JsonObject figures = JsonParser.parseString(Files.readString(folder.resolve("out/result.json")))
                .getAsJsonObject()
                .getAsJsonObject("validation");
        double nll = figures.get("nll").getAsDouble();
        assertTrue(nll < 0.35, figures::toString);
        assertTrue(figures.get("nllLow").getAsDouble() < nll
                && nll < figures.get("nllHigh").getAsDouble());
        assertEquals(nll / Math.log(2), figures.get("bitsPerCharacter").getAsDouble(), 0.02);
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(folder.resolve("out/model"))
                .optEngine(engine)
                .optArgument("maxNewTokens", 60)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            String text = predictor.predict("the cat sat");
            assertEquals((LINE + LINE).substring("the cat sat".length()).substring(0, 60), text);
        }
    }

    @Test
    void theSameRecipeGivesTheSameModel() throws Exception {
        train("PyTorch", "first", new ArrayList<>());
        train("PyTorch", "second", new ArrayList<>());
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("first/model").resolve(file)),
                    Files.readAllBytes(folder.resolve("second/model").resolve(file)),
                    file);
        }
    }

    @Test
    void wrongRecipesAreNamed() throws Exception {
        String text = Files.readString(recipe());
        refuses(text.replace("LlamaForCausalLM", "LlamaModel"), "'architectures' must be a class for CAUSAL_LM");
        refuses(text.replace("\"llama\"", "\"lama\""), "lama");
        refuses(
                text.replace("\"hidden_size\"", "\"vocab_size\": 3, \"hidden_size\""),
                "model must leave out vocab_size");
        refuses(
                text.replace("\"validation_share\": 0.2", "\"validation_share\": 1.0"),
                "corpus.validation_share must be above 0");
        refuses(text.replace("\"rows\": 8", "\"rows\": 800"), "corpus.text must have at least");
    }

    private void refuses(String json, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.json"), json);
        Exception error = assertThrows(
                Exception.class,
                () -> Recipe.read(file)
                        .train(folder, folder.resolve("refused" + Math.abs(json.hashCode())), line -> {}, "PyTorch"));
        assertTrue(
                error instanceof MalformedModelException || error instanceof IllegalArgumentException, error::toString);
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }
}
