package io.github.djltransformers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.djltransformers.ops.HostArrays;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Makes one step of several micro-batches, on engines that add a new gradient to the last (PyTorch) and on those that
 * overwrite it (MXNet, where it costs one copy of the gradients).
 *
 * <pre>{@code
 * for (Batch micro : microBatches) {
 *     try (GradientCollector collector = trainer.newGradientCollector()) {
 *         collector.backward(loss);         // Reduction.SUM
 *     }
 *     accumulation.add(keptTargets);
 * }
 * accumulation.average();                   // the gradient of Reduction.MEAN over the whole batch
 * trainer.step();
 * }</pre>
 *
 * <p>With losses that are means already, add 1 for each micro-batch. The parameters' arrays must be the trained ones:
 * create the model on the training device.
 */
public final class GradientAccumulation implements AutoCloseable {
    private final List<NDArray> weights;
    private final boolean engineAdds;
    private final NDManager owner;
    private final List<NDArray> sums = new ArrayList<>();
    private double total;
    private int microBatches;

    /**
     * Accumulates gradients of a block's parameters. No gradient collector may be open.
     *
     * @param parameters initialized ones; those that require a gradient count
     */
    public GradientAccumulation(Collection<Parameter> parameters) {
        weights = parameters.stream()
                .filter(Parameter::requiresGradient)
                .map(Parameter::getArray)
                .toList();
        if (weights.isEmpty()) {
            throw new IllegalArgumentException(
                    "GradientAccumulation: parameters must include one that requires a gradient, got none");
        }
        owner = weights.get(0).getManager().newSubManager();
        engineAdds = engineAddsGradients(owner);
    }

    /**
     * Takes the gradients of a backward pass in.
     *
     * @param count what this micro-batch counts in the average: its kept targets where the loss is a sum over targets
     */
    public void add(double count) {
        Positive.check("GradientAccumulation", "count", count);
        if (!engineAdds) {
            for (int i = 0; i < weights.size(); i++) {
                addTo(i);
            }
        }
        total += count;
        microBatches++;
    }

    /**
     * Sets the parameters' gradients to the sum over micro-batches divided by the sum of their counts.
     *
     * @return the sum of the counts
     */
    public double average() {
        double count = total;
        finish(1 / count);
        return count;
    }

    /**
     * Sets the parameters' gradients to the sum over micro-batches.
     *
     * @return the sum of the counts
     */
    public double sum() {
        double count = total;
        finish(1);
        return count;
    }

    /** Frees the copy of the gradients. */
    @Override
    public void close() {
        owner.close();
    }

    private void addTo(int index) {
        try (NDArray gradient = weights.get(index).getGradient()) {
            if (sums.size() <= index) {
                NDArray sum = gradient.duplicate();
                sum.attach(owner);
                sums.add(sum);
            } else if (microBatches == 0) {
                gradient.copyTo(sums.get(index));
            } else {
                sums.get(index).addi(gradient);
            }
        }
    }

    private void finish(double scale) {
        if (microBatches == 0) {
            throw new IllegalStateException(
                    "GradientAccumulation: add must be called before a step, got no micro-batch");
        }
        try (NDManager scope = owner.newSubManager()) {
            NDArray factor = HostArrays.scalar(scope, (float) scale);
            for (int i = 0; i < weights.size(); i++) {
                NDArray gradient = weights.get(i).getGradient();
                gradient.attach(scope);
                if (!engineAdds) {
                    sums.get(i).copyTo(gradient);
                }
                if (scale != 1) {
                    gradient.muli(factor);
                }
            }
        }
        total = 0;
        microBatches = 0;
    }

    // Asked of the engine itself: two backward passes of x * x at 1 leave 4 or 2.
    private static boolean engineAddsGradients(NDManager parent) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray probe = scope.ones(new Shape(1));
            probe.setRequiresGradient(true);
            for (int pass = 0; pass < 2; pass++) {
                try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
                    collector.backward(probe.mul(probe).sum());
                }
            }
            try (NDArray gradient = probe.getGradient()) {
                return gradient.toFloatArray()[0] > 3;
            }
        }
    }
}
