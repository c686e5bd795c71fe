package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
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

/** Entities that their neighbours tell are learnt, and found by what loads from the model's directory. */
class TaggingTrainingTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeSentences() throws Exception {
        List<String> sentences = new ArrayList<>();
        for (String who : List.of(
                "Ada Lovelace",
                "Grace Hopper",
                "Alan Turing",
                "Emmy Noether",
                "Kurt Gödel",
                "Ada Turing",
                "Grace Noether",
                "Kurt Hopper")) {
            for (String where : List.of(
                    "Paris", "New York", "Rome", "Princeton", "Göttingen", "London", "Old York", "New London")) {
                String[] names = who.split(" ");
                StringBuilder text = new StringBuilder("# a remark\n");
                text.append("0.1\tnothing\tO\n");
                text.append("1\t" + names[0] + "\tB-PER\n2\t" + names[1] + "\tI-PER\n3\twent\tO\n4\tto\tO\n");
                String tag = "B-LOC";
                int number = 5;
                for (String part : where.split(" ")) {
                    text.append(number++ + "\t" + part + "\t" + tag + "\n");
                    tag = "I-LOC";
                }
                sentences.add(text.append(number + "\t.\tO\n").toString());
            }
        }
        Collections.shuffle(sentences, new Random(1));
        Files.writeString(folder.resolve("train.iob2"), String.join("\n", sentences.subList(12, sentences.size())));
        Files.writeString(folder.resolve("dev.iob2"), String.join("\n", sentences.subList(0, 12)));
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(TaggingTrainingTest.class
                .getResource("/recipe/tiny-tagging.json")
                .toURI());
    }

    @EngineTest
    void entitiesAreLearntAndFound(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = Recipe.read(recipe()).train(folder, folder.resolve("out"), lines::add, engine);
        assertEquals("52 texts to learn from, 12 to judge by, 5 labels, a vocabulary of 300", lines.get(0));
        assertTrue(result.bestScore() >= 0.95, lines.toString());
        Criteria<String, NamedEntity[]> criteria = Criteria.builder()
                .setTypes(String.class, NamedEntity[].class)
                .optModelPath(folder.resolve("out/model"))
                .optEngine(engine)
                .build();
        try (ZooModel<String, NamedEntity[]> model = criteria.loadModel();
                Predictor<String, NamedEntity[]> predictor = model.newPredictor()) {
            String text = "Grace Hopper went to New York .";
            NamedEntity[] found = predictor.predict(text);
            assertEquals(2, found.length);
            assertEquals("PER", found[0].getEntity());
            assertEquals(
                    "Grace Hopper",
                    text.substring(found[0].getStart(), found[0].getEnd()).strip());
            assertEquals("LOC", found[1].getEntity());
            assertEquals(
                    "New York",
                    text.substring(found[1].getStart(), found[1].getEnd()).strip());
        }
    }

    @Test
    void wrongDataAreNamed() throws Exception {
        Files.writeString(folder.resolve("dev.iob2"), "1\tword\n");
        Exception error = assertThrows(
                IllegalArgumentException.class,
                () -> Recipe.read(recipe()).train(folder, folder.resolve("refused"), line -> {}, "PyTorch"));
        assertTrue(error.getMessage().contains("line 1 of"), error.getMessage());
        assertTrue(error.getMessage().contains("must have 3 columns, got 2"), error.getMessage());
    }
}
