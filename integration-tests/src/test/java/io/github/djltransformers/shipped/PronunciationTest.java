package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.metric.ErrorRate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the shipped model of English pronunciation to what its card says. */
class PronunciationTest {
    private static final ShippedTranslation MODEL = new ShippedTranslation("en-g2p");

    @Test
    void pronouncesAPartOfTheTestSplitWithTheScoreOfItsCard() throws Exception {
        Map<String, List<String>> references = ShippedTranslation.references("/cmudict/test-sample.tsv.gz", false);
        assertEquals(2399, references.size());
        ErrorRate words = new ErrorRate(ErrorRate.Unit.LINE);
        ErrorRate phonemes = new ErrorRate(ErrorRate.Unit.WORD);
        Iterator<String> each =
                MODEL.translate("PyTorch", List.copyOf(references.keySet())).iterator();
        references.values().forEach(accepted -> {
            String told = each.next();
            words.add(told, accepted);
            phonemes.add(told, accepted);
        });
        // What the card says of this part; near ties may fall the other way.
        assertEquals(26.39, words.score().score(), 0.15);
        assertEquals(6.30, phonemes.score().score(), 0.1);
        assertEquals(MODEL.stated("word error rate").value(), words.score().score(), 0.2);
    }

    @EngineTest
    void pronouncesWhatItsCardShows(String engine) throws Exception {
        assertEquals(List.of("AH T EH N SH AH N"), MODEL.translate(engine, List.of("attention")));
    }
}
