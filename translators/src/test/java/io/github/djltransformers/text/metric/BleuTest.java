package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BleuTest {
    private static final BleuConfig PLAIN = BleuConfig.forCorpus().withTokenizer(BleuTokenizer.NONE);

    @Test
    void aHandComputedSentence() {
        // 3 of 4 words, 1 of 3 pairs (a b), no triple of 2: 2 * 2 under the first smoothing; 4 of 1: 4 * 1; BP exp(1 -
        // 5/4)
        BleuScore score = Bleu.ofSentence(PLAIN, "a b x d", List.of("a b c d e"));
        assertEquals(List.of(75.0, 100 / 3.0, 25.0, 25.0), score.precisions());
        assertEquals(Math.exp(-0.25), score.brevityPenalty(), 1e-15);
        assertEquals(100 * Math.exp(-0.25) * Math.pow(0.75 * (1 / 3.0) * 0.25 * 0.25, 0.25), score.score(), 1e-12);
        assertEquals(List.of(3.0, 1.0, 0.0, 0.0), score.counts());
        assertEquals(List.of(4.0, 3.0, 2.0, 1.0), score.totals());
    }

    @Test
    void missingReferencesAreLeftOutAndMakeTheNumberVariable() {
        List<String> hypotheses = List.of("a b c d", "e f g h i");
        BleuScore score =
                Bleu.ofCorpus(PLAIN, hypotheses, List.of(Arrays.asList("a b c d", null), List.of("x", "e f g h i")));
        assertEquals(100, score.score(), 1e-12);
        assertEquals(9, score.referenceLength());
        assertTrue(score.signature().startsWith("nrefs:var|case:mixed|"), score.signature());
        BleuScore once = Bleu.ofCorpus(PLAIN, List.of("a"), List.of(Arrays.asList((String) null), List.of("a")));
        assertTrue(once.signature().startsWith("nrefs:1|"), once.signature());
    }

    @Test
    void anEmptyTextIsAReferenceOfNoWords() {
        BleuScore score = Bleu.ofSentence(PLAIN, "a b", List.of("", "a b c d"));
        assertEquals(0, score.referenceLength()); // as close as 4, and shorter
        assertEquals(2, score.hypothesisLength());
    }

    @Test
    void linesAddUpInAnyPortions() {
        List<String> hypotheses = List.of("the cat sat on the mat", "it rains", "no match at all here");
        List<String> references = List.of("the cat sat on a mat", "it rains a lot", "something else entirely");
        Bleu bleu = new Bleu(BleuConfig.forCorpus());
        for (int i = 0; i < hypotheses.size(); i++) {
            bleu.add(hypotheses.get(i), List.of(references.get(i)));
        }
        assertEquals(Bleu.ofCorpus(BleuConfig.forCorpus(), hypotheses, List.of(references)), bleu.score());
        assertEquals(bleu.score(), bleu.score());
    }

    @Test
    void roundsTheExactValueTiesToEven() {
        List<Double> none = List.of(62.25, 0.05);
        BleuScore score = new BleuScore(0.125, none, 0.0625, 1, 16, none, none, "");
        assertEquals("BLEU = 0.12 62.2/0.1 (BP = 0.062 ratio = 0.062 hyp_len = 1 ref_len = 16)", score.describe(2));
    }

    @Test
    void whatCannotBeScoredIsRefused() {
        Bleu bleu = new Bleu(PLAIN);
        assertEquals(
                "Bleu: add must be called before score, got no line",
                assertThrows(IllegalStateException.class, bleu::score).getMessage());
        bleu.add("a", List.of("a"));
        assertEquals(
                "Bleu: references must hold at least one text, got none at line 2",
                assertThrows(IllegalArgumentException.class, () -> bleu.add("a", Arrays.asList((String) null)))
                        .getMessage());
        assertEquals(
                "Bleu: hypothesis must be a text, got null at line 2",
                assertThrows(IllegalArgumentException.class, () -> bleu.add(null, List.of("a")))
                        .getMessage());
        assertEquals(
                "TextMetric: references must have 2 lines in each stream, got 1 in stream 1",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> bleu.addAll(List.of("a", "b"), List.of(List.of("a", "b"), List.of("a"))))
                        .getMessage());
        assertEquals(
                "BleuConfig: maxOrder must be positive, got 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new BleuConfig(0, BleuTokenizer.NONE, new Smoothing.None(), false, false))
                        .getMessage());
        assertEquals(
                "Floor: value must be positive and finite, got 0.0",
                assertThrows(IllegalArgumentException.class, () -> new Smoothing.Floor(0))
                        .getMessage());
        assertEquals(
                "AddK: value must be positive and finite, got NaN",
                assertThrows(IllegalArgumentException.class, () -> new Smoothing.AddK(Double.NaN))
                        .getMessage());
    }

    /** A corpus of one kind of line has no width; of two kinds the score is between those of the ends. */
    @Test
    void intervalsHoldTheScore() {
        Bleu same = new Bleu(BleuConfig.forCorpus());
        Bleu mixed = new Bleu(BleuConfig.forCorpus());
        for (int i = 0; i < 200; i++) {
            same.add("a b c d e", List.of("a b c d f"));
            mixed.add(i % 2 == 0 ? "a b c d e" : "a b c d f", List.of("a b c d f"));
        }
        assertEquals(same.score().score(), same.interval(1).low(), 1e-9);
        assertEquals(same.score().score(), same.interval(1).high(), 1e-9);
        Bootstrap interval = mixed.interval(1);
        assertTrue(interval.low() < mixed.score().score()
                && interval.high() > mixed.score().score());
        assertTrue(interval.low() > same.score().score() && interval.high() < 100);
    }
}
