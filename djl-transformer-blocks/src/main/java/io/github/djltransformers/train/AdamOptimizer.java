package io.github.djltransformers.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import io.github.djltransformers.ops.HostArrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@link Adam} and {@link AdamW} share: the step, the moments and their owner, parameter groups.
 *
 * <p>The step for a gradient g is that of Kingma and Ba (2015), algorithm 1, as PyTorch computes it:
 *
 * <pre>  m = beta1 m + (1 - beta1) g
 *  v = beta2 v + (1 - beta2) g^2
 *  w = w - rate m / (1 - beta1^n) / (sqrt(v / (1 - beta2^n)) + epsilon)</pre>
 *
 * <p>n counts the updates of each parameter, from 1, and is what the learning rate is asked for. Gradients are zeroed
 * by the update where an engine adds to them (PyTorch). The moments live until {@link #close}; DJL doesn't close
 * optimizers. Not for several threads at once. Weights are FLOAT32 or FLOAT64.
 */
public abstract sealed class AdamOptimizer extends Optimizer implements AutoCloseable permits Adam, AdamW {
    private static final String AVERAGE = ".exp_avg";
    private static final String SQUARE_AVERAGE = ".exp_avg_sq";
    private static final String LARGEST_SQUARE_AVERAGE = ".max_exp_avg_sq";
    private static final String STEP = ".step";

    private final AdamConfig config;
    private final ParameterTracker learningRate;
    private final List<ParameterGroup> groups;
    private final Map<String, String> namesById = new HashMap<>();
    private final Map<Slot, Moments> moments = new LinkedHashMap<>();
    /** In host memory, by parameter name: what a device's first update starts from. */
    private final Map<String, Moments> restored = new LinkedHashMap<>();

    private NDManager owner;
    private NDManager stepArrays;

    AdamOptimizer(
            Map<String, Parameter> parameters,
            ParameterTracker learningRate,
            AdamConfig config,
            List<ParameterGroup> groups) {
        super(new Defaults());
        this.config = config;
        this.learningRate = learningRate;
        this.groups = List.copyOf(groups);
        // A tied parameter has several names; the first one stands for it.
        parameters.forEach((name, parameter) -> namesById.putIfAbsent(parameter.getId(), name));
    }

    /** How a parameter's weight decay enters its step. */
    abstract Decay decay();

    /** {@inheritDoc} */
    @Override
    public final void update(String parameterId, NDArray weight, NDArray grad) {
        String name = namesById.get(parameterId);
        if (name == null) {
            throw new IllegalArgumentException(getClass().getSimpleName() + ": parameterId must be one of the "
                    + namesById.size() + " parameters given, got " + parameterId
                    + "; give all parameters of the trained block");
        }
        Moments state = momentsFor(name, weight);
        state.step++;
        ParameterGroup group = groupOf(name, weight);
        float rate = (float) (learningRate.getNewValue(parameterId, state.step) * group.learningRateFactor());
        // The engines' kernel takes float betas: corrections for exactly those keep the averages unbiased.
        float beta1 = (float) config.beta1();
        float beta2 = (float) config.beta2();
        double correction1 = 1 - Math.pow(beta1, state.step);
        double root2 = Math.sqrt(1 - Math.pow(beta2, state.step));
        // The kernel divides by sqrt(v) + epsilon. Scaling rate and epsilon by root2 makes that sqrt(v / root2^2) +
        // epsilon.
        float correctedRate = (float) (rate * root2 / correction1);
        float epsilon = (float) (config.epsilon() * root2);
        Kernel kernel = new Kernel(weight, grad, rate, (float) group.weightDecay(), epsilon, decay());
        if (config.secondMoment() == SecondMoment.CURRENT) {
            kernel.run(state.average, state.squareAverage, correctedRate, beta1, beta2);
            return;
        }
        // A step of rate 0 moves the moments alone; one with betas of 1 moves the weight alone.
        kernel.withoutDecoupledDecay().run(state.average, state.squareAverage, 0, beta1, beta2);
        try (NDArray previous = state.largestSquareAverage) {
            state.largestSquareAverage = previous.maximum(state.squareAverage);
        }
        kernel.withoutGradientDecay().run(state.average, state.largestSquareAverage, correctedRate, 1, 1);
    }

    /**
     * What resuming needs, by names made of the parameter's: {@code .exp_avg} (m), {@code .exp_avg_sq} (v), with
     * AMSGrad {@code .max_exp_avg_sq}, all of the weight's shape, and {@code .step}, the updates done, (1) INT64.
     *
     * @return the live arrays, owned by this optimizer: write them out before its next update
     */
    public final Map<String, NDArray> state() {
        Map<String, NDArray> result = new LinkedHashMap<>();
        if (owner == null) {
            return result;
        }
        if (stepArrays != null) {
            stepArrays.close();
        }
        stepArrays = owner.newSubManager();
        // Replicas on other devices hold the same, and what was restored is older.
        Map<String, Moments> byName = new LinkedHashMap<>();
        moments.forEach((slot, state) -> byName.putIfAbsent(slot.name(), state));
        restored.forEach(byName::putIfAbsent);
        byName.forEach((name, state) -> {
            result.put(name + AVERAGE, state.average);
            result.put(name + SQUARE_AVERAGE, state.squareAverage);
            if (state.largestSquareAverage != null) {
                result.put(name + LARGEST_SQUARE_AVERAGE, state.largestSquareAverage);
            }
            result.put(name + STEP, HostArrays.of(stepArrays, (long) state.step));
        });
        return result;
    }

    /**
     * Replaces the state by copies of a saved one. Parameters without saved state start anew.
     *
     * @param saved arrays by the names of {@link #state}, on any device
     * @throws IllegalArgumentException if a name belongs to no parameter of this optimizer or an array is missing
     */
    public final void restore(Map<String, NDArray> saved) {
        Set<String> unknown = new LinkedHashSet<>(saved.keySet());
        Map<String, Moments> given = new LinkedHashMap<>();
        for (String name : namesById.values()) {
            if (saved.containsKey(name + STEP)) {
                Moments state = new Moments();
                state.step = Math.toIntExact(take(saved, unknown, name + STEP).toLongArray()[0]);
                state.average = take(saved, unknown, name + AVERAGE);
                state.squareAverage = take(saved, unknown, name + SQUARE_AVERAGE);
                if (config.secondMoment() == SecondMoment.MAXIMUM) {
                    state.largestSquareAverage = take(saved, unknown, name + LARGEST_SQUARE_AVERAGE);
                }
                given.put(name, state);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(getClass().getSimpleName()
                    + ": state must hold only arrays of this optimizer's parameters, got "
                    + unknown.iterator().next());
        }
        NDManager previousOwner = owner; // may own what was given: closed after copying
        owner = null;
        given.replaceAll((name, state) -> state.copyTo(Device.cpu(), ownerLike(state.average)));
        moments.clear();
        restored.clear();
        restored.putAll(given);
        stepArrays = null;
        if (previousOwner != null) {
            previousOwner.close();
        }
    }

    /** Frees the moments; a later update starts anew. */
    @Override
    public final void close() {
        moments.clear();
        restored.clear();
        stepArrays = null;
        if (owner != null) {
            owner.close();
            owner = null;
        }
    }

    private NDArray take(Map<String, NDArray> saved, Set<String> unknown, String name) {
        unknown.remove(name);
        NDArray array = saved.get(name);
        if (array == null) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName() + ": state must hold " + name + ", got no such array");
        }
        return array;
    }

    private ParameterGroup groupOf(String name, NDArray weight) {
        for (ParameterGroup group : groups) {
            if (group.members().test(name, weight.getShape())) {
                return group;
            }
        }
        return new ParameterGroup((any, shape) -> true, 1, config.weightDecay());
    }

    private Moments momentsFor(String name, NDArray weight) {
        return moments.computeIfAbsent(new Slot(name, weight.getDevice()), slot -> {
            DataType type = weight.getDataType();
            if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
                throw new IllegalArgumentException(getClass().getSimpleName() + ": parameter " + name
                        + " must be FLOAT32 or FLOAT64, got " + type.name() + "; keep the trained weights in FLOAT32");
            }
            return restored.containsKey(name) ? restoredFor(slot, weight) : newFor(weight);
        });
    }

    private Moments newFor(NDArray weight) {
        Moments state = new Moments();
        state.average = zerosLike(weight);
        state.squareAverage = zerosLike(weight);
        if (config.secondMoment() == SecondMoment.MAXIMUM) {
            state.largestSquareAverage = zerosLike(weight);
        }
        return state;
    }

    private Moments restoredFor(Slot slot, NDArray weight) {
        Moments state = restored.get(slot.name());
        NDArray average = state.average;
        if (!average.getShape().equals(weight.getShape()) || average.getDataType() != weight.getDataType()) {
            throw new IllegalStateException(getClass().getSimpleName() + ": state of " + slot.name() + " must be "
                    + weight.getShape() + " " + weight.getDataType().name() + ", got " + average.getShape() + " "
                    + average.getDataType().name());
        }
        if (Device.cpu().equals(slot.device())) {
            restored.remove(slot.name()); // there is but one such device: no copy is needed for another
            return state;
        }
        return state.copyTo(slot.device(), owner);
    }

    private NDArray zerosLike(NDArray weight) {
        return ownerLike(weight).zeros(weight.getShape(), weight.getDataType(), weight.getDevice());
    }

    // Not a child of the model's or the trainer's manager: the state may be saved after they are closed.
    private NDManager ownerLike(NDArray array) {
        if (owner == null) {
            owner = array.getManager().getEngine().newBaseManager();
            owner.setName("optimizer state");
        }
        return owner;
    }

    /** How weight decay enters a step. */
    enum Decay {
        /** Added to the gradient: the derivative of decay / 2 * w^2. */
        IN_GRADIENT,
        /** Applied to the weight itself: w = w - rate * decay * w. */
        DECOUPLED
    }

    private record Slot(String name, Device device) {}

    private static final class Moments {
        private NDArray average;
        private NDArray squareAverage;
        private NDArray largestSquareAverage;
        private int step;

        private Moments copyTo(Device device, NDManager manager) {
            Moments copy = new Moments();
            copy.average = copy(average, device, manager);
            copy.squareAverage = copy(squareAverage, device, manager);
            copy.largestSquareAverage =
                    largestSquareAverage == null ? null : copy(largestSquareAverage, device, manager);
            copy.step = step;
            return copy;
        }

        private static NDArray copy(NDArray source, Device device, NDManager manager) {
            NDArray copy = manager.zeros(source.getShape(), source.getDataType(), device);
            source.copyTo(copy);
            return copy;
        }
    }

    /** One call of the engines' fused Adam kernel: about ten native kernels in one call, and no array left behind. */
    private record Kernel(NDArray weight, NDArray grad, float rate, float weightDecay, float epsilon, Decay decay) {
        private void run(NDArray average, NDArray squareAverage, float correctedRate, float beta1, float beta2) {
            boolean decoupled = decay == Decay.DECOUPLED && weightDecay != 0;
            // The detached view shares the weight's memory: a recording thread forbids writing to the weight itself.
            try (NDManager scope = weight.getManager().newSubManager();
                    NDArray values = weight.stopGradient()) {
                values.attach(scope); // the kernel may create scalars in this array's manager
                values.getNDArrayInternal()
                        .adamUpdate(
                                new NDList(values, grad, average, squareAverage),
                                new NDList(weight),
                                rate,
                                correctedRate,
                                weightDecay,
                                1,
                                -1,
                                beta1,
                                beta2,
                                epsilon,
                                false,
                                decoupled);
            }
        }

        private Kernel withoutDecoupledDecay() {
            return decay == Decay.DECOUPLED ? new Kernel(weight, grad, rate, 0, epsilon, decay) : this;
        }

        private Kernel withoutGradientDecay() {
            return decay == Decay.IN_GRADIENT ? new Kernel(weight, grad, rate, 0, epsilon, decay) : this;
        }
    }

    /** DJL's own options, none of which are used: its clipping is one-sided on PyTorch, its decay has no groups. */
    private static final class Defaults extends OptimizerBuilder<Defaults> {
        @Override
        protected Defaults self() {
            return this;
        }
    }
}
