package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
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

/** Classes that words tell are learnt, and told by what loads from the model's directory. */
class ClassificationTrainingTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeTexts() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String number : List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")) {
            for (String thing : List.of("houses", "trees", "books", "cats", "dogs", "cars")) {
                lines.add("count\thow many are there, " + number + " " + thing + "?");
                lines.add("buy\ti would like " + number + " of those " + thing + " please");
                lines.add("see\tlook, " + thing + ": " + number);
            }
        }
        Collections.shuffle(lines, new Random(1));
        Files.write(folder.resolve("train.tsv"), lines.subList(30, lines.size()));
        Files.write(folder.resolve("dev.tsv"), lines.subList(0, 30));
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(ClassificationTrainingTest.class
                .getResource("/recipe/tiny-classification.json")
                .toURI());
    }

    @EngineTest
    void classesAreLearntAndTold(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = Recipe.read(recipe()).train(folder, folder.resolve("out"), lines::add, engine);
        assertEquals("150 texts to learn from, 30 to judge by, 3 labels, a vocabulary of 300", lines.get(0));
        assertEquals(1, result.bestScore(), lines.toString());
        JsonObject figures = JsonParser.parseString(Files.readString(folder.resolve("out/result.json")))
                .getAsJsonObject()
                .getAsJsonObject("validation");
        assertEquals(1, figures.get("accuracy").getAsDouble());
        assertEquals(1, figures.get("macroF1").getAsDouble());
        Criteria<String, Classifications> criteria = Criteria.builder()
                .setTypes(String.class, Classifications.class)
                .optModelPath(folder.resolve("out/model"))
                .optEngine(engine)
                .build();
        try (ZooModel<String, Classifications> model = criteria.loadModel();
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            Classifications told = predictor.predict("i would like three of those horses please");
            assertEquals("buy", told.best().getClassName());
            assertEquals(
                    List.of("buy", "count", "see"),
                    told.getClassNames().stream().sorted().toList());
        }
    }

    /** A checkpoint of another task is gone on from: its vocabulary and its encoder are taken, and its labels are not. */
    @EngineTest
    void aCheckpointIsGoneOnFrom(String engine) throws Exception {
        Recipe.read(recipe()).train(folder, folder.resolve("first"), line -> {}, engine);
        List<String> lines = Files.readAllLines(folder.resolve("train.tsv"));
        lines.replaceAll(line -> line.replace("count\t", "ask, count\t")
                .replace("buy\t", "ask\t")
                .replace("see\t", "\t"));
        Files.write(folder.resolve("train2.tsv"), lines.subList(30, lines.size()));
        Files.write(folder.resolve("dev2.tsv"), lines.subList(0, 30));
        String json = Files.readString(recipe());
        int model = json.indexOf("  \"tokenizer\"");
        int optimizer = json.indexOf("  \"optimizer\"");
        Path other = Files.writeString(
                folder.resolve("other.json"),
                (json.substring(0, model) + "\"from\": \"first/model\",\n" + json.substring(optimizer))
                        .replace("train.tsv", "train2.tsv")
                        .replace("dev.tsv\"", "dev2.tsv\", \"test\": \"dev2.tsv\", \"classes\": \"several\"")
                        .replace("\"steps\": 120", "\"steps\": 60"));
        List<String> said = new ArrayList<>();
        TrainingResult result = Recipe.read(other).train(folder, folder.resolve("second"), said::add, engine);
        assertEquals("120 texts to learn from, 30 to judge by, 2 labels, a vocabulary of 300", said.get(0));
        assertEquals(1, result.bestScore(), said.toString());
        assertEquals(
                Files.readString(folder.resolve("first/model/tokenizer.json")),
                Files.readString(folder.resolve("second/model/tokenizer.json")));
        JsonObject figures = JsonParser.parseString(Files.readString(folder.resolve("second/result.json")))
                .getAsJsonObject()
                .getAsJsonObject("test");
        assertEquals(1, figures.get("microF1").getAsDouble());
        assertEquals(1, figures.get("exact").getAsDouble());
        Criteria<String, Classifications> criteria = Criteria.builder()
                .setTypes(String.class, Classifications.class)
                .optModelPath(folder.resolve("second/model"))
                .optEngine(engine)
                .build();
        try (ZooModel<String, Classifications> loaded = criteria.loadModel();
                Predictor<String, Classifications> predictor = loaded.newPredictor()) {
            Classifications told = predictor.predict("how many are there, three houses?");
            assertTrue(
                    told.get("ask").getProbability() > 0.5 && told.get("count").getProbability() > 0.5);
            told = predictor.predict("look, books: seven");
            assertTrue(
                    told.get("ask").getProbability() < 0.5 && told.get("count").getProbability() < 0.5);
        }
    }

    @Test
    void aRecipeSaysWhatItBeginsWithOnce() throws Exception {
        String json = Files.readString(recipe());
        Path both = Files.writeString(
                folder.resolve("both.json"), json.replace("  \"tokenizer\"", "  \"from\": \"x\",\n  \"tokenizer\""));
        Exception error = assertThrows(MalformedModelException.class, () -> Recipe.read(both));
        assertTrue(error.getMessage().contains("from must be given alone"), error.getMessage());
    }

    @Test
    void wrongDataAreNamed() throws Exception {
        Files.writeString(folder.resolve("dev.tsv"), "sell\tno\n");
        refuses("classes of corpus.validation must be among the 3 of corpus.train, got sell");
        Files.writeString(folder.resolve("dev.tsv"), "buy yes\n");
        refuses("must have 2 columns, got 1");
        Files.writeString(folder.resolve("dev.tsv"), "");
        refuses("corpus.validation must name a file with texts, got none");
    }

    private void refuses(String message) {
        Exception error = assertThrows(
                IllegalArgumentException.class,
                () -> Recipe.read(recipe()).train(folder, folder.resolve("refused"), line -> {}, "PyTorch"));
        assertTrue(error.getMessage().contains(message), error.getMessage());
        assertTrue(Files.notExists(folder.resolve("refused/origin.json")));
    }
}
