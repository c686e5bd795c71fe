package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.task.TextAnalysis;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a text wants, its details and the kinds of its words are learnt by one encoder, from files that know some of it each. */
class JointTrainingTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeTexts() throws Exception {
        List<String> lines = new ArrayList<>();
        List<String> sentences = new ArrayList<>();
        for (String what : List.of("jazz", "old rock", "rain songs", "piano", "blues", "soft piano", "old songs")) {
            for (String who : List.of("Ada", "Miles", "Nina Ray", "Miles Ray", "Ada Hill", "Nina", "Sam Hill")) {
                String genre = tags("genre", what);
                String artist = tags("artist", who);
                lines.add("play\tplay " + what + " by " + who + "\tO " + genre + " O " + artist);
                lines.add("rate\tgive " + who + " 5 stars\tO " + artist + " O O");
                sentences.add(sentence("play", what, "by", who));
                sentences.add(sentence("give", who, "5", "stars"));
            }
        }
        Collections.shuffle(lines, new Random(1));
        Collections.shuffle(sentences, new Random(2));
        Files.write(folder.resolve("train.tsv"), lines.subList(14, lines.size()));
        Files.write(folder.resolve("dev.tsv"), lines.subList(0, 14));
        Files.writeString(folder.resolve("train.conllu"), String.join("\n", sentences.subList(14, sentences.size())));
        Files.writeString(folder.resolve("dev.conllu"), String.join("\n", sentences.subList(0, 14)));
    }

    private static String tags(String type, String words) {
        return "B-" + type + (" I-" + type).repeat(words.split(" ").length - 1);
    }

    private static String sentence(String... parts) {
        StringBuilder text = new StringBuilder();
        int number = 1;
        for (String word : String.join(" ", parts).split(" ")) {
            String tag = Map.of("play", "VERB", "give", "VERB", "by", "ADP", "5", "NUM")
                    .getOrDefault(word, Character.isUpperCase(word.charAt(0)) ? "PROPN" : "NOUN");
            text.append(number++ + "\t" + word + "\t" + tag + "\n");
        }
        return text.toString();
    }

    private static Path recipe() throws URISyntaxException {
        return Path.of(
                JointTrainingTest.class.getResource("/recipe/tiny-joint.json").toURI());
    }

    @EngineTest
    void allHeadsAreLearntAndTold(String engine) throws Exception {
        List<String> lines = new ArrayList<>();
        TrainingResult result = Recipe.read(recipe()).train(folder, folder.resolve("out"), lines::add, engine);
        assertTrue(
                lines.get(0).endsWith("2 labels of intent, 5 labels of slots, 5 labels of pos, a vocabulary of 300"),
                lines.get(0));
        assertTrue(result.bestScore() >= 0.95, lines.toString());
        JsonObject figures = JsonParser.parseString(Files.readString(folder.resolve("out/result.json")))
                .getAsJsonObject()
                .getAsJsonObject("validation");
        assertEquals(1, figures.get("intent.accuracy").getAsDouble());
        assertTrue(figures.get("slots.f1").getAsDouble() >= 0.9, figures.toString());
        assertTrue(figures.get("pos.accuracy").getAsDouble() >= 0.95, figures.toString());
        String text = "play old songs by Nina Hill";
        TextAnalysis told = predict(TextAnalysis.class, engine, text, Map.of());
        assertEquals("play", told.classes().get("intent").best().getClassName());
        assertEquals(
                List.of("genre old songs", "artist Nina Hill"),
                told.entities().get("slots").stream()
                        .map(each -> each.getEntity() + " "
                                + text.substring(each.getStart(), each.getEnd()).strip())
                        .toList());
        assertEquals(
                List.of("VERB play", "NOUN old", "NOUN songs", "ADP by", "PROPN Nina", "PROPN Hill"),
                told.entities().get("pos").stream()
                        .map(each -> each.getEntity() + " " + text.substring(each.getStart(), each.getEnd()))
                        .toList());
        assertEquals(
                "play",
                predict(Classifications.class, engine, text, Map.of()).best().getClassName());
        NamedEntity[] slots = predict(NamedEntity[].class, engine, text, Map.of("head", "slots"));
        assertEquals(
                List.of("genre", "artist"),
                Arrays.stream(slots).map(NamedEntity::getEntity).toList());
    }

    private <O> O predict(Class<O> type, String engine, String text, Map<String, String> arguments) throws Exception {
        Criteria.Builder<String, O> criteria = Criteria.builder()
                .setTypes(String.class, type)
                .optModelPath(folder.resolve("out/model"))
                .optEngine(engine);
        arguments.forEach(criteria::optArgument);
        try (ZooModel<String, O> model = criteria.build().loadModel();
                Predictor<String, O> predictor = model.newPredictor()) {
            return predictor.predict(text);
        }
    }
}
