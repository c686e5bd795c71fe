package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChrFTest {
    @Test
    void aHandComputedSentence() {
        // characters: 2 of 3 against 2 of 4; pairs: "ab" is 1 of 2 against 1 of 3; beta 2
        ChrFConfig pairs = new ChrFConfig(2, 0, 2, false, false, false);
        double precision = (2 / 3.0 + 1 / 2.0) / 2;
        double recall = (2 / 4.0 + 1 / 3.0) / 2;
        ChrFScore score = ChrF.ofSentence(pairs, "a b x", List.of("ab cd"));
        assertEquals(100 * 5 * precision * recall / (4 * precision + recall), score.score(), 1e-12);
        assertEquals("chrF2", score.name());
    }

    @Test
    void aCharacterBeyondTheBasicPlaneIsOne() {
        ChrFConfig single = new ChrFConfig(1, 0, 1, false, false, false);
        assertEquals(50, ChrF.ofSentence(single, "😀😁", List.of("😀😂")).score(), 1e-12);
    }

    @Test
    void theBestReferenceCountsForALineAndMissingOnesDoNot() {
        ChrFScore score = ChrF.ofCorpus(
                ChrFConfig.chrFPlusPlus(),
                List.of("one line", "two lines"),
                List.of(Arrays.asList("nothing", "two lines"), Arrays.asList("one line", null)));
        assertEquals(100, score.score(), 1e-12);
        assertEquals("chrF2++", score.name());
        assertEquals(
                "nrefs:var|case:mixed|eff:yes|nc:6|nw:2|space:no",
                score.signature().replaceFirst("\\|version.*", ""));
    }

    @Test
    void whatCannotBeScoredIsRefused() {
        assertEquals(
                "ChrF: add must be called before score, got no line",
                assertThrows(IllegalStateException.class, new ChrF(ChrFConfig.chrF())::score)
                        .getMessage());
        assertEquals(
                "ChrFConfig: charOrder and wordOrder must be at least 0 and one of them positive, got 0 and 0",
                assertThrows(IllegalArgumentException.class, () -> new ChrFConfig(0, 0, 2, false, false, false))
                        .getMessage());
        assertEquals(
                "ChrFConfig: beta must be positive, got 0",
                assertThrows(IllegalArgumentException.class, () -> new ChrFConfig(6, 0, 0, false, false, false))
                        .getMessage());
    }
}
