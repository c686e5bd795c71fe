package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.text.metric.Bleu;
import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.text.metric.BleuScore;
import io.github.djltransformers.zoo.ModelScore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the shipped model to what its card says. */
class EnglishGermanTest {
    private static final int COMPARED = 200;
    private static final ShippedTranslation MODEL = new ShippedTranslation("en-de");

    @Test
    void translatesTheTestSplitWithTheScoreOfItsCard() throws Exception {
        Map<String, List<String>> references = testSplit();
        List<String> sources = List.copyOf(references.keySet());
        BleuScore score = score(references, MODEL.translate("PyTorch", sources));
        ModelScore stated = MODEL.stated("BLEU");
        assertTrue(score.score() >= 30, "BLEU was " + score.score());
        // Engines and threads order sums differently: a near tie in a sentence or two may fall the other way.
        assertEquals(stated.value(), score.score(), 0.1);
        assertEquals(withoutVersion(stated.signature()), withoutVersion(score.signature()));
    }

    @Test
    void eightBitIntegersCostLittle() throws Exception {
        Map<String, List<String>> references = testSplit();
        List<String> translations =
                MODEL.translate("PyTorch", List.copyOf(references.keySet()), Map.of("precision", "int8"));
        assertEquals(
                MODEL.stated("BLEU").value(), score(references, translations).score(), 0.3);
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
        List<String> translations = MODEL.translate("PyTorch", sources);
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
        List<String> expected = MODEL.translate("PyTorch", sources);
        for (String engine : EngineNames.all()) {
            List<String> actual = MODEL.translate(engine, sources);
            List<String> different = new ArrayList<>();
            for (int i = 0; i < COMPARED; i++) {
                if (!actual.get(i).equals(expected.get(i))) {
                    different.add(sources.get(i) + " -> " + expected.get(i) + " | " + actual.get(i));
                }
            }
            assertTrue(different.size() <= 2, engine + " differs: " + different);
        }
    }

    private static String withoutVersion(String signature) {
        return signature.replaceFirst("\\|version:.*", "");
    }

    /** English sentences with all their German references. */
    private static Map<String, List<String>> testSplit() throws IOException, URISyntaxException {
        return ShippedTranslation.references("/tatoeba-en-de/test.tsv.gz", false);
    }
}
