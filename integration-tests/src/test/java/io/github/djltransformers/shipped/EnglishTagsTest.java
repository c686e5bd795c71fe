package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.task.TextAnalysis;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Holds the shipped tagger to what its card says. */
class EnglishTagsTest {
    private record Span(String type, int start, int end) {}

    private record Word(String text, String part, String entity, int start) {}

    private static <I, O> Criteria<I, O> criteria(Class<I> input, Class<O> output, String engine) {
        return Criteria.builder()
                .setTypes(input, output)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-pos-ner")
                .optEngine(engine)
                .build();
    }

    @Test
    void scoresWhatItsCardSays() throws Exception {
        List<String> texts = new ArrayList<>();
        List<List<Word>> sentences = new ArrayList<>();
        read(texts, sentences);
        assertEquals(2077, texts.size());
        TextAnalysis[] told;
        try (ZooModel<String[], TextAnalysis[]> model = criteria(String[].class, TextAnalysis[].class, "PyTorch")
                        .loadModel();
                Predictor<String[], TextAnalysis[]> predictor = model.newPredictor()) {
            told = predictor.predict(texts.toArray(String[]::new));
        }
        int words = 0;
        int partsRight = 0;
        int spans = 0;
        int spansRight = 0;
        for (int i = 0; i < told.length; i++) {
            Map<Integer, String> parts = new HashMap<>();
            told[i].entities().get("pos").forEach(tag -> parts.put(tag.getStart(), tag.getEntity()));
            for (Word word : sentences.get(i)) {
                // A text has no words but what is written; where the treebank cuts one in two, its second half is no
                // word here.
                if (parts.containsKey(word.start)) {
                    words++;
                    partsRight += parts.get(word.start).equals(word.part) ? 1 : 0;
                }
            }
            if (sentences.get(i).get(0).entity.equals("-")) {
                continue; // the words of both treebanks differ, and nobody marked its entities
            }
            Set<Span> expected = spans(sentences.get(i));
            Set<Span> found = new HashSet<>();
            for (NamedEntity each : told[i].entities().get("ner")) {
                found.add(new Span(each.getEntity(), each.getStart(), each.getEnd()));
            }
            spans += expected.size() + found.size();
            found.retainAll(expected);
            spansRight += found.size();
        }
        List<ModelScore> stated = TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals("en-pos-ner"))
                .findFirst()
                .orElseThrow()
                .description()
                .scores();
        // The description has the scores on the treebank's words, the card those on texts as well.
        assertEquals(93.82, stated.get(0).value());
        assertEquals(61.6, stated.get(1).value());
        assertEquals(24_870, words);
        assertEquals(93.95, 100.0 * partsRight / words, 0.03);
        assertEquals(61.8, 200.0 * spansRight / spans, 0.2);
    }

    private static void read(List<String> texts, List<List<Word>> sentences) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(EnglishTagsTest.class.getResourceAsStream("/ewt-test/test.tsv.gz")),
                StandardCharsets.UTF_8))) {
            StringBuilder text = new StringBuilder();
            List<Word> words = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    texts.add(text.toString().stripTrailing());
                    sentences.add(words);
                    text = new StringBuilder();
                    words = new ArrayList<>();
                } else {
                    String[] fields = line.split("\t", -1);
                    words.add(new Word(fields[0], fields[1], fields[2], text.length()));
                    text.append(fields[0]).append(fields[3].isEmpty() ? "" : " ");
                }
            }
        }
    }

    private static Set<Span> spans(List<Word> words) {
        Set<Span> spans = new HashSet<>();
        Span open = null;
        for (Word word : words) {
            int end = word.start + word.text.length();
            if (word.entity.startsWith("B-")) {
                spans.add(open = new Span(word.entity.substring(2), word.start, end));
            } else if (word.entity.startsWith("I-") && open != null) {
                spans.remove(open);
                spans.add(open = new Span(open.type(), open.start(), end));
            } else {
                open = null;
            }
        }
        return spans;
    }

    @EngineTest
    void tellsPartsOfSpeechAndNames(String engine) throws Exception {
        String text = "Angela visited Paris in May.";
        try (ZooModel<String, TextAnalysis> model =
                        criteria(String.class, TextAnalysis.class, engine).loadModel();
                Predictor<String, TextAnalysis> predictor = model.newPredictor()) {
            TextAnalysis told = predictor.predict(text);
            assertEquals(
                    List.of("PROPN Angela", "VERB visited", "PROPN Paris", "ADP in", "PROPN May", "PUNCT ."),
                    spelt(text, told.entities().get("pos")));
            assertEquals(
                    List.of("PER Angela", "LOC Paris"),
                    spelt(text, told.entities().get("ner")));
        }
    }

    private static List<String> spelt(String text, List<NamedEntity> entities) {
        return entities.stream()
                .map(each -> each.getEntity() + " " + text.substring(each.getStart(), each.getEnd()))
                .toList();
    }
}
