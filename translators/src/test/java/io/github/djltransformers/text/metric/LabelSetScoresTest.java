package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelSetScoresTest {
    /** Worked by hand: a is told once of twice, b once rightly and once wrongly, c never comes. */
    @Test
    void setsAreCountedByLabel() {
        LabelSetScores scores = new LabelSetScores();
        scores.add(Set.of("a", "b"), Set.of("a", "b"));
        scores.add(Set.of("a"), Set.of("b"));
        scores.add(Set.of(), Set.of());
        assertEquals(2.0 * 2 / 6, scores.microF1(), 1e-12);
        assertEquals((2.0 / 3 + 2.0 / 3) / 2, scores.macroF1(), 1e-12);
        assertEquals(2.0 / 3, scores.exact(), 1e-12);
        Bootstrap interval = scores.microF1Interval(1);
        assertTrue(interval.low() <= scores.microF1() && interval.high() >= scores.microF1());
    }

    @Test
    void nothingToldIsNothingRight() {
        LabelSetScores scores = new LabelSetScores();
        scores.add(Set.of("a"), Set.of());
        assertEquals(0, scores.microF1());
        assertEquals(0, scores.macroF1());
        assertEquals(0, scores.exact());
    }
}
