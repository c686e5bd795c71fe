package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
    private static double rate(ErrorRate.Unit unit, String hypothesis, String... references) {
        ErrorRate metric = new ErrorRate(unit);
        metric.add(hypothesis, Arrays.asList(references));
        return metric.score().score();
    }

    /** Counted by hand: one substituted and one deleted of five words; kitten to sitting takes three. */
    @Test
    void editsAreTheFewest() {
        assertEquals(40, rate(ErrorRate.Unit.WORD, "the cat sit mat", "the cat sat the mat"), 1e-12);
        assertEquals(100.0 * 3 / 7, rate(ErrorRate.Unit.CHARACTER, "kitten", "sitting"), 1e-12);
        assertEquals(200, rate(ErrorRate.Unit.WORD, "a b c", "a"), 1e-12);
        assertEquals(100, rate(ErrorRate.Unit.WORD, "", "a b"), 1e-12);
        assertEquals(0, rate(ErrorRate.Unit.LINE, "K  AE T", "K AE T"), 1e-12);
        assertEquals(100, rate(ErrorRate.Unit.LINE, "K AE", "K AE T"), 1e-12);
    }

    @Test
    void theNearestReferenceCounts() {
        assertEquals(50, rate(ErrorRate.Unit.WORD, "K AH", "K AE T S", "K AO"), 1e-12);
        assertEquals(0, rate(ErrorRate.Unit.LINE, "K AO", "K AE T S", null, "K AO"), 1e-12);
    }

    @Test
    void ratesAreOfSumsOverLines() {
        ErrorRate metric = new ErrorRate(ErrorRate.Unit.WORD);
        for (int i = 0; i < 100; i++) {
            metric.add(i % 2 == 0 ? "a" : "b", List.of("a"));
            metric.add("a b c d", List.of("a b c d"));
        }
        assertEquals("WER", metric.score().name());
        assertEquals(10, metric.score().score(), 1e-12);
        Bootstrap interval = metric.interval(1);
        assertTrue(interval.low() > 6.5 && interval.low() < 9 && interval.high() > 11 && interval.high() < 14.5);
    }

    @Test
    void aMetricWithoutLinesHasNoScore() {
        assertThrows(IllegalStateException.class, () -> new ErrorRate(ErrorRate.Unit.WORD).interval(1));
    }
}
