package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Compares tensors element by element, remembers the worst difference and reports every tensor beyond the tolerance. */
public final class Closeness {
    private final double tolerance;
    private final List<String> failures = new ArrayList<>();
    private double worst;
    private String worstAt = "";
    private int compared;

    /**
     * @param tolerance the largest absolute difference allowed
     */
    public Closeness(double tolerance) {
        this.tolerance = tolerance;
    }

    /** Compares one tensor; NaN is as far away as can be. */
    public void compare(String name, NDArray expected, NDArray actual) {
        compared++;
        if (!expected.getShape().equals(actual.getShape())) {
            failures.add(name + ": shape " + actual.getShape() + " instead of " + expected.getShape());
            return;
        }
        compare(name, doubles(expected), doubles(actual), expected.getShape());
    }

    private void compare(String name, double[] expected, double[] actual, Shape shape) {
        int at = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            double distance = Math.abs(expected[i] - actual[i]);
            if (Double.isNaN(distance) || distance > difference) {
                at = i;
                difference = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
            }
        }
        if (difference > worst) {
            worst = difference;
            worstAt = name;
        }
        if (difference > tolerance) {
            failures.add(String.format(
                    Locale.ROOT,
                    "%s: differs most at %s: %.9g instead of %.9g (by %.3g)",
                    name,
                    Arrays.toString(index(at, shape)),
                    actual[at],
                    expected[at],
                    difference));
        }
    }

    private static long[] index(int flat, Shape shape) {
        long[] index = new long[shape.dimension()];
        long rest = flat;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.get(axis);
            rest /= shape.get(axis);
        }
        return index;
    }

    /** The values of a floating tensor. */
    public static double[] doubles(NDArray array) {
        if (array.getDataType() == DataType.FLOAT64) {
            return array.toDoubleArray();
        }
        float[] floats = array.toFloatArray();
        double[] values = new double[floats.length];
        Arrays.setAll(values, i -> floats[i]);
        return values;
    }

    /** Prints the worst difference and fails if any tensor was beyond the tolerance or none was compared. */
    public void verify(String title) {
        System.out.printf(Locale.ROOT, "%s: %d tensors, worst %.2e at %s%n", title, compared, worst, worstAt);
        assertTrue(compared > 0, title + " compared nothing");
        if (!failures.isEmpty()) {
            fail(title + ": " + failures.size() + " of " + compared + " tensors differ by more than " + tolerance + "\n"
                    + String.join("\n", failures));
        }
    }
}
