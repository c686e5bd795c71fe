package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.task.TextAnalysis;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Holds the shipped model of intents to what its card says. */
class EnglishIntentsTest {
    private record Span(String type, int start, int end) {}

    private static <I, O> Criteria<I, O> criteria(Class<I> input, Class<O> output, String engine) {
        return Criteria.builder()
                .setTypes(input, output)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-intents")
                .optEngine(engine)
                .build();
    }

    @Test
    void scoresWhatItsCardSays() throws Exception {
        List<String[]> lines;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(EnglishIntentsTest.class.getResourceAsStream("/snips-test.tsv.gz")),
                StandardCharsets.UTF_8))) {
            lines = reader.lines().map(line -> line.split("\t")).toList();
        }
        TextAnalysis[] told;
        try (ZooModel<String[], TextAnalysis[]> model = criteria(String[].class, TextAnalysis[].class, "PyTorch")
                        .loadModel();
                Predictor<String[], TextAnalysis[]> predictor = model.newPredictor()) {
            told = predictor.predict(lines.stream().map(line -> line[1]).toArray(String[]::new));
        }
        int intents = 0;
        int right = 0;
        int both = 0;
        for (int i = 0; i < told.length; i++) {
            Classifications classes = told[i].classes().get("intent");
            intents += classes.best().getClassName().equals(lines.get(i)[0]) ? 1 : 0;
            Set<Span> expected = spans(lines.get(i)[1].split(" "), lines.get(i)[2].split(" "));
            Set<Span> found = new HashSet<>();
            for (NamedEntity each : told[i].entities().get("slots")) {
                found.add(new Span(each.getEntity(), each.getStart(), each.getEnd()));
            }
            both += expected.size() + found.size();
            found.retainAll(expected);
            right += found.size();
        }
        List<ModelScore> stated = TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals("en-intents"))
                .findFirst()
                .orElseThrow()
                .description()
                .scores();
        assertEquals(stated.get(0).value(), 100.0 * intents / told.length, 0.2);
        // The card's words are the corpus's; here punctuation within a word is one of its own.
        assertEquals(stated.get(1).value(), 200.0 * right / both, 0.7);
    }

    private static Set<Span> spans(String[] words, String... tags) {
        Set<Span> spans = new HashSet<>();
        Span open = null;
        int start = 0;
        for (int i = 0; i < words.length; i++) {
            int end = start + words[i].length();
            if (tags[i].startsWith("B-")) {
                spans.add(open = new Span(tags[i].substring(2), start, end));
            } else if (tags[i].startsWith("I-") && open != null) {
                spans.remove(open);
                spans.add(open = new Span(open.type(), open.start(), end));
            } else {
                open = null;
            }
            start = end + 1;
        }
        return spans;
    }

    @EngineTest
    void tellsWhatARequestWantsAndItsDetails(String engine) throws Exception {
        String text = "play some jazz by Miles";
        try (ZooModel<String, TextAnalysis> model =
                        criteria(String.class, TextAnalysis.class, engine).loadModel();
                Predictor<String, TextAnalysis> predictor = model.newPredictor()) {
            TextAnalysis told = predictor.predict(text);
            assertEquals("PlayMusic", told.classes().get("intent").best().getClassName());
            assertEquals(
                    List.of("genre jazz", "artist Miles"),
                    told.entities().get("slots").stream()
                            .map(each -> each.getEntity() + " " + text.substring(each.getStart(), each.getEnd()))
                            .toList());
        }
        try (ZooModel<String, NamedEntity[]> model =
                        criteria(String.class, NamedEntity[].class, engine).loadModel();
                Predictor<String, NamedEntity[]> predictor = model.newPredictor()) {
            assertEquals(
                    List.of("jazz", "Miles"),
                    Arrays.stream(predictor.predict(text))
                            .map(NamedEntity::getWord)
                            .toList());
        }
    }
}
