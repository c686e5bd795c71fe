package io.github.djltransformers.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.nio.DoubleBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Compares gradients with central differences, {@code (f(x + h) - f(x - h)) / 2h}, in float64: with h 1e-5 the error of the
 * differences is near 1e-10.
 */
public final class FiniteDifferences {
    private static final double STEP = 1e-5;

    private FiniteDifferences() {}

    /**
     * @param variables FLOAT64 arrays that the function reads, by name; every element is moved
     * @param constants what else it reads
     * @param function gives a scalar
     */
    public static void compare(
            NDManager manager,
            Map<String, NDArray> variables,
            NDList constants,
            Supplier<NDArray> function,
            Closeness closeness) {
        NDList arguments = new NDList(constants);
        arguments.addAll(variables.values());
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        variables.values().forEach(variable -> variable.setRequiresGradient(true));
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            step.tempAttachAll(arguments);
            collector.backward(function.get());
        }
        variables.forEach((name, variable) -> {
            gradients.put(name, variable.getGradient().duplicate());
            variable.setRequiresGradient(false);
        });
        variables.forEach((name, variable) -> {
            double[] values = variable.toDoubleArray();
            double[] slopes = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                double at = values[i];
                values[i] = at + STEP;
                double above = valueAt(manager, arguments, function, variable, values);
                values[i] = at - STEP;
                double below = valueAt(manager, arguments, function, variable, values);
                values[i] = at;
                slopes[i] = (above - below) / (2 * STEP);
            }
            variable.set(DoubleBuffer.wrap(values));
            closeness.compare(name, manager.create(slopes, variable.getShape()), gradients.get(name));
        });
    }

    private static double valueAt(
            NDManager manager, NDList arguments, Supplier<NDArray> function, NDArray variable, double[] values) {
        variable.set(DoubleBuffer.wrap(values));
        try (NDManager step = manager.newSubManager()) {
            step.tempAttachAll(arguments);
            return function.get().toDoubleArray()[0];
        }
    }
}
