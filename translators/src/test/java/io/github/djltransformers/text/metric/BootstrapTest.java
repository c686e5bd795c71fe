package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    @Test
    void anIntervalIsThatOfTheStandardError() {
        double[] values = new Random(3).doubles(400).toArray();
        Bootstrap interval = Bootstrap.ofMean(values, 1);
        double mean = java.util.Arrays.stream(values).average().orElseThrow();
        double variance = java.util.Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        double error = Math.sqrt(variance / values.length);
        assertEquals(mean - 1.96 * error, interval.low(), 0.15 * error);
        assertEquals(mean + 1.96 * error, interval.high(), 0.15 * error);
        assertEquals(interval, Bootstrap.ofMean(values, 1));
    }

    /** Of samples that all have the same ratio no resample has another; a mean of ratios would weigh them alike. */
    @Test
    void aRatioIsOneOfSums() {
        Bootstrap same = Bootstrap.ofRatio(new double[] {1, 3}, new double[] {2, 6}, 1);
        assertEquals(new Bootstrap(0.5, 0.5), same);
        double[] parts = new double[1000];
        double[] wholes = new double[1000];
        for (int i = 0; i < 1000; i++) {
            wholes[i] = i % 2 == 0 ? 9 : 1;
            parts[i] = i % 2 == 0 ? 9 : 0;
        }
        Bootstrap uneven = Bootstrap.ofRatio(parts, wholes, 1);
        assertTrue(uneven.low() < 0.9 && uneven.low() > 0.88 && uneven.high() > 0.9 && uneven.high() < 0.92);
        assertEquals(new Bootstrap(0, 0), Bootstrap.ofRatio(new double[] {0}, new double[] {0}, 1));
    }

    @Test
    void oneValueHasNoWidth() {
        assertEquals(new Bootstrap(2, 2), Bootstrap.ofMean(new double[] {2}, 1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Bootstrap.ofMean(new double[0], 1))
                .getMessage()
                .contains("at least one"));
    }
}
