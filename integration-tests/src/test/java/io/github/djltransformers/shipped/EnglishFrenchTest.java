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

/** Holds the shipped model from English to French to what its card says. */
class EnglishFrenchTest {
    private static final ShippedTranslation MODEL = new ShippedTranslation("en-fr");

    @Test
    void translatesTheTestSplitWithTheScoreOfItsCard() throws Exception {
        Map<String, List<String>> references = ShippedTranslation.references("/tatoeba-en-fr/test.tsv.gz", false);
        Bleu bleu = new Bleu(BleuConfig.forCorpus());
        Iterator<String> each =
                MODEL.translate("PyTorch", List.copyOf(references.keySet())).iterator();
        references.values().forEach(accepted -> bleu.add(each.next(), accepted));
        ModelScore stated = MODEL.stated("BLEU");
        assertEquals(stated.value(), bleu.score().score(), 0.1);
    }

    @EngineTest
    void translatesWhatItsCardShows(String engine) throws Exception {
        assertEquals(List.of("Il a changé d'avis."), MODEL.translate(engine, List.of("He has changed his mind.")));
    }
}
