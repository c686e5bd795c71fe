package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.metric.Bleu;
import io.github.djltransformers.text.metric.BleuConfig;
import io.github.djltransformers.zoo.ModelScore;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the shipped model from German to English to what its card says. */
class GermanEnglishTest {
    private static final ShippedTranslation MODEL = new ShippedTranslation("de-en");

    @Test
    void translatesTheTestSplitWithTheScoreOfItsCard() throws Exception {
        Map<String, List<String>> references = ShippedTranslation.references("/tatoeba-en-de/test.tsv.gz", true);
        Bleu bleu = new Bleu(BleuConfig.forCorpus());
        Iterator<String> each =
                MODEL.translate("PyTorch", List.copyOf(references.keySet())).iterator();
        references.values().forEach(accepted -> bleu.add(each.next(), accepted));
        ModelScore stated = MODEL.stated("BLEU");
        assertEquals(stated.value(), bleu.score().score(), 0.1);
    }

    @EngineTest
    void translatesWhatItsCardShows(String engine) throws Exception {
        assertEquals(
                List.of("Where is the nearest station?"),
                MODEL.translate(engine, List.of("Wo ist der nächste Bahnhof?")));
    }
}
