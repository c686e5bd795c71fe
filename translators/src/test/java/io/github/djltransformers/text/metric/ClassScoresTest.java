package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClassScoresTest {
    /** Worked by hand: class 0 has 2 of 3 right and is told 3 times, class 1 has 1 of 2 and 2, class 2 never comes. */
    @Test
    void accuracyAndMacroF1() {
        ClassScores scores = new ClassScores(3);
        scores.add(0, 0);
        scores.add(0, 0);
        scores.add(0, 1);
        scores.add(1, 1);
        scores.add(1, 0);
        assertEquals(3.0 / 5, scores.accuracy(), 1e-12);
        assertEquals((4.0 / 6 + 2.0 / 4) / 2, scores.macroF1(), 1e-12);
        assertArrayEquals(new double[] {1, 1, 0, 1, 0}, scores.hits());
    }
}
