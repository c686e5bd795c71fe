package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.testing.EngineTest;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences find their translations by vectors that are learnt, and given by what loads from the model's directory. */
class SentencePairTrainingTest {
    private static final List<String> NUMBERS = List.of("one eins", "two zwei", "three drei", "four vier", "six sechs");
    private static final List<String> THINGS = List.of("houses Häuser", "trees Bäume", "books Bücher", "cats Katzen");
    private static final List<String> COLOURS = List.of("red rote", "green grüne", "old alte", "big große", "new neue");

    @TempDir
    private Path folder;

    @BeforeEach
    void writePairs() throws Exception {
        List<String> pairs = new ArrayList<>();
        for (String number : NUMBERS) {
            for (String colour : COLOURS) {
                for (String thing : THINGS) {
                    pairs.add(side(0, number, colour, thing) + "\t" + side(1, number, colour, thing));
                }
            }
        }
        Collections.shuffle(pairs, new Random(1));
        Files.write(folder.resolve("train.tsv"), pairs.subList(20, pairs.size()));
        Files.write(folder.resolve("dev.tsv"), pairs.subList(0, 20));
    }

    private static String side(int side, String... words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append(word.split(" ")[side]).append(' ');
        }
        return text.toString().strip();
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(SentencePairTrainingTest.class
                .getResource("/recipe/tiny-sentences.json")
                .toURI());
    }

    @EngineTest
    void translationsBecomeNeighbours(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = Recipe.read(recipe()).train(folder, folder.resolve("out"), lines::add, engine);
        assertEquals("80 pairs to learn from, 20 to judge by, a vocabulary of 300", lines.get(0));
        assertTrue(result.bestScore() >= 0.95, lines.toString());
        JsonObject figures = JsonParser.parseString(Files.readString(folder.resolve("out/result.json")))
                .getAsJsonObject()
                .getAsJsonObject("test");
        assertTrue(figures.get("there").getAsDouble() >= 0.9, figures.toString());
        assertTrue(figures.get("xsimBack").getAsDouble() <= 0.1, figures.toString());
        Criteria<String, float[]> criteria = Criteria.builder()
                .setTypes(String.class, float[].class)
                .optModelPath(folder.resolve("out/model"))
                .optEngine(engine)
                .build();
        try (ZooModel<String, float[]> model = criteria.loadModel();
                Predictor<String, float[]> predictor = model.newPredictor()) {
            float[] text = predictor.predict("two green cats");
            assertEquals(1, product(text, text), 1e-5);
            double right = product(text, predictor.predict("zwei grüne Katzen"));
            assertTrue(right > product(text, predictor.predict("drei grüne Katzen")));
            assertTrue(right > product(text, predictor.predict("zwei alte Katzen")));
            assertTrue(right > product(text, predictor.predict("zwei grüne Häuser")));
        }
    }

    private static double product(float[] one, float... other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Test
    void tooFewPairsAreRefused() throws Exception {
        Files.writeString(folder.resolve("train.tsv"), "one\teins\n");
        Exception error = assertThrows(
                IllegalArgumentException.class,
                () -> Recipe.read(recipe()).train(folder, folder.resolve("refused"), line -> {}, "PyTorch"));
        assertTrue(
                error.getMessage().contains("corpus.train must name a file with at least 16 pairs, got 1"),
                error.getMessage());
    }
}
