package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.djltransformers.testing.Closeness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares what a compiled block computes with what the eager one does, number by number: {@code |compiled - eager|} over
 * {@code max(1, |eager|)}.
 */
final class Parity {
    static final double TOLERANCE = 1e-5;
    private static final int SHOWN = 20;

    private final List<String> failures = new ArrayList<>();
    private double worst;
    private String worstAt = "";
    private long compared;

    void compare(String name, NDList eager, NDList compiled) {
        if (eager.size() != compiled.size()) {
            failures.add(name + ": " + compiled.size() + " outputs instead of " + eager.size());
            return;
        }
        for (int i = 0; i < eager.size(); i++) {
            compare(name + " output " + i, eager.get(i), compiled.get(i));
        }
    }

    private void compare(String name, NDArray eager, NDArray compiled) {
        if (!eager.getShape().equals(compiled.getShape()) || eager.getDataType() != compiled.getDataType()) {
            failures.add("%s: %s %s instead of %s %s"
                    .formatted(
                            name, compiled.getShape(), compiled.getDataType(), eager.getShape(), eager.getDataType()));
            return;
        }
        double[] expected = Closeness.doubles(eager);
        double[] actual = Closeness.doubles(compiled);
        double furthest = 0;
        String at = "";
        for (int i = 0; i < expected.length; i++) {
            double distance = distance(expected[i], actual[i]);
            if (distance > furthest) {
                furthest = distance;
                at = "%s[%d]: %.9g instead of %.9g".formatted(name, i, actual[i], expected[i]);
            }
        }
        compared += expected.length;
        note(furthest, at);
    }

    void compare(String name, double eager, double compiled) {
        compared++;
        note(distance(eager, compiled), "%s: %.9g instead of %.9g".formatted(name, compiled, eager));
    }

    private void note(double distance, String at) {
        if (distance > worst) {
            worst = distance;
            worstAt = at;
        }
        if (distance > TOLERANCE) {
            failures.add(at);
        }
    }

    static double distance(double eager, double compiled) {
        double distance = Math.abs(compiled - eager) / Math.max(1, Math.abs(eager));
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }

    /** Prints the worst difference and fails if any was beyond the tolerance or nothing was compared. */
    void verify(String title) {
        System.out.printf(Locale.ROOT, "%s: %d numbers, worst %.2e at %s%n", title, compared, worst, worstAt);
        assertTrue(compared > 0, title + " compared nothing");
        if (!failures.isEmpty()) {
            fail(title + ": " + failures.size() + " differ by more than " + TOLERANCE + "\n"
                    + String.join("\n", failures.subList(0, Math.min(SHOWN, failures.size()))));
        }
    }
}
