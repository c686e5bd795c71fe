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

    @Test
    void oneValueHasNoWidth() {
        assertEquals(new Bootstrap(2, 2), Bootstrap.ofMean(new double[] {2}, 1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Bootstrap.ofMean(new double[0], 1))
                .getMessage()
                .contains("at least one"));
    }
}
