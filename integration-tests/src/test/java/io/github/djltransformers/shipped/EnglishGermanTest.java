package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.SentencePair;
import io.github.djltransformers.text.metric.Bleu;
import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.text.metric.BleuScore;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the shipped model to what its card says. */
class EnglishGermanTest {
    private static final int COMPARED = 200;

    @Test
    void translatesTheTestSplitWithTheScoreOfItsCard() throws Exception {
        Map<String, List<String>> references = testSplit();
        List<String> sources = List.copyOf(references.keySet());
        BleuScore score = score(references, translate("PyTorch", sources));
        ModelScore stated = stated();
        assertTrue(score.score() >= 30, "BLEU was " + score.score());
        // Engines and threads order sums differently: a near tie in a sentence or two may fall the other way.
        assertEquals(stated.value(), score.score(), 0.1);
        assertEquals(withoutVersion(stated.signature()), withoutVersion(score.signature()));
    }

    @Test
    void eightBitIntegersCostLittle() throws Exception {
        Map<String, List<String>> references = testSplit();
        List<String> translations = translate("PyTorch", List.copyOf(references.keySet()), Map.of("precision", "int8"));
        assertEquals(stated().value(), score(references, translations).score(), 0.3);
    }

    /** Names, scripts and signs that the vocabulary cannot read, in sentences that it can. */
    @Test
    void whatItCannotReadLeavesTheRestOfASentence() throws Exception {
        List<String> odd =
                List.of("\uD83D\uDE00\uD83C\uDF89", "Łódź", "日本語", "Đặng Thị", "\uD83C\uDDE9\uD83C\uDDEA ❤\uFE0F");
        List<String> frames = List.of(
                "I love %s very much.",
                "My friend %s lives in Berlin.",
                "%s",
                "He said: «%s»",
                "Yesterday %s came home late.",
                "Do you like %s?",
                "We saw %1$s and %1$s.",
                "%s is my name.",
                "Please call %s tomorrow.",
                "Café \"naïve\" %s — I love you");
        List<String> sources = frames.stream()
                .flatMap(frame -> odd.stream().map(frame::formatted))
                .toList();
        List<String> translations = translate("PyTorch", sources);
        assertEquals(50, sources.size());
        for (int i = 0; i < sources.size(); i++) {
            String both = sources.get(i) + " -> " + translations.get(i);
            assertTrue(translations.get(i).length() <= 3 * sources.get(i).length(), both);
        }
        assertEquals(
                "Mein Freund lebt in Berlin.", translations.get(sources.indexOf("My friend 日本語 lives in Berlin.")));
        assertTrue(translations.get(sources.size() - 1).endsWith("ich liebe dich."), translations.toString());
    }

    private static BleuScore score(Map<String, List<String>> references, List<String> translations) {
        Bleu bleu = new Bleu(BleuConfig.forCorpus());
        Iterator<String> each = translations.iterator();
        references.values().forEach(accepted -> bleu.add(each.next(), accepted));
        return bleu.score();
    }

    @Test
    void enginesTranslateAlike() throws Exception {
        List<String> sources = testSplit().keySet().stream().limit(COMPARED).toList();
        List<String> expected = translate("PyTorch", sources);
        for (String engine : EngineNames.all()) {
            List<String> actual = translate(engine, sources);
            List<String> different = new ArrayList<>();
            for (int i = 0; i < COMPARED; i++) {
                if (!actual.get(i).equals(expected.get(i))) {
                    different.add(sources.get(i) + " -> " + expected.get(i) + " | " + actual.get(i));
                }
            }
            assertTrue(different.size() <= 2, engine + " differs: " + different);
        }
    }

    private static List<String> translate(String engine, List<String> sources)
            throws IOException, ModelException, TranslateException {
        return translate(engine, sources, Map.of());
    }

    private static List<String> translate(String engine, List<String> sources, Map<String, Object> arguments)
            throws IOException, ModelException, TranslateException {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de")
                .optEngine(engine)
                .optArguments(arguments)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            return predictor.batchPredict(sources);
        }
    }

    private static ModelScore stated() {
        return TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals("en-de"))
                .flatMap(model -> model.description().scores().stream())
                .filter(score -> score.metric().equals("BLEU"))
                .findFirst()
                .orElseThrow();
    }

    private static String withoutVersion(String signature) {
        return signature.replaceFirst("\\|version:.*", "");
    }

    /** English sentences with all their German references. */
    private static Map<String, List<String>> testSplit() throws IOException, URISyntaxException {
        Path file = Path.of(EnglishGermanTest.class
                .getResource("/tatoeba-en-de/test.tsv.gz")
                .toURI());
        Map<String, List<String>> references = new LinkedHashMap<>();
        for (SentencePair pair : ParallelCorpus.readTsv(file).pairs()) {
            references
                    .computeIfAbsent(pair.source(), source -> new ArrayList<>())
                    .add(pair.target());
        }
        return references;
    }
}
