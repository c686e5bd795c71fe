package io.github.djltransformers.block;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.ops.InputShapes;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.ShapeOps;
import io.github.djltransformers.ops.TensorFunction;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TensorShape;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * A DJL block whose mathematics is written once over {@link TensorOps}.
 *
 * <p>A subclass declares its parameters and children in its constructor, where all their shapes are known, and implements
 * {@link #apply(TensorOps, List)}; shapes, checks, eager execution and initialisation follow from that. A block holds no
 * state that forward writes.
 */
public abstract class TransformerBlock extends AbstractBlock implements TensorFunction {
    private static final byte VERSION = 1;

    private final Set<Parameter> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile Execution execution;

    protected TransformerBlock() {
        super(VERSION);
    }

    /**
     * The block as a function, in whatever meaning the interpreter gives.
     *
     * @param inputs as {@link #forward} takes them: in the order and number that the subclass documents
     */
    @Override
    public abstract <T> List<T> apply(TensorOps<T> ops, List<T> inputs);

    /**
     * The name of an optional input is followed by a question mark.
     *
     * @return the names of the inputs of {@link #forward}, in order
     */
    public abstract List<String> inputs();

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> params) {
        List<TensorShape> outputs = checked(inputs.stream().map(TensorShape::of).toList());
        if (!training && inputs.stream().anyMatch(input -> input.size() == 0)) {
            return empty(inputs, outputs);
        }
        Execution chosen = execution;
        return training || chosen == null
                ? eager(parameterStore, inputs, training)
                : chosen.run(parameterStore, inputs);
    }

    /** Engines differ in what they do without rows or tokens, and some end the process. */
    private NDList empty(NDList inputs, List<TensorShape> outputs) {
        if (outputs.stream().anyMatch(output -> output.shape().size() != 0)) {
            throw new IllegalArgumentException(name() + ": inputs must have at least one row and one token, got "
                    + inputs.stream().map(TensorShape::of).toList());
        }
        NDManager manager = inputs.head().getManager();
        return new NDList(outputs.stream()
                .map(output -> manager.create(output.shape(), output.dataType()))
                .toList());
    }

    /**
     * Computes operation by operation on arrays.
     *
     * @param inputs already checked
     * @throws UnsupportedOperationException if the engine of the arrays only holds them
     */
    public final NDList eager(ParameterStore parameterStore, NDList inputs, boolean training) {
        EngineKind.requireComputing(inputs.head().getManager().getEngine().getEngineName(), name());
        return new NDList(apply(new NDArrayOps(parameterStore, training), inputs));
    }

    /**
     * Chooses how this block computes outside training when it is called itself, not as part of another block.
     *
     * @param execution null for {@link #eager}
     */
    public final void setExecution(Execution execution) {
        this.execution = execution;
    }

    /** How this block computes outside training; null for {@link #eager}. */
    public final Execution execution() {
        return execution;
    }

    /** Tells how this block and those in it compute that there are parts more or fewer, such as adapters. */
    public final void partsChanged() {
        Execution chosen = execution;
        if (chosen != null) {
            chosen.partsChanged();
        }
        for (Block child : getChildren().values()) {
            if (child instanceof TransformerBlock block) {
                block.partsChanged();
            }
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        List<TensorShape> shapes =
                Arrays.stream(inputShapes).map(s -> new TensorShape(s, null)).toList();
        return checked(shapes).stream().map(TensorShape::shape).toArray(Shape[]::new);
    }

    /**
     * The inputs that must be given, with their shapes.
     *
     * @return sizes that any input may have as -1
     */
    @Override
    public PairList<String, Shape> describeInput() {
        return new InputShapes(this, required()).describeInput(inputs());
    }

    /**
     * What {@link #describeInput} leads to.
     *
     * @return sizes that follow those of the inputs as -1
     */
    public final PairList<String, Shape> describeOutput() {
        return new InputShapes(this, required()).describeOutput();
    }

    /** This block and those in it as a tree, with the shapes of parameters. */
    @Override
    public String toString() {
        return BlockTree.of(this);
    }

    private int required() {
        return (int) inputs().stream().filter(name -> !name.endsWith("?")).count();
    }

    private List<TensorShape> checked(List<TensorShape> shapes) {
        List<String> names = inputs();
        if (shapes.size() < required() || shapes.size() > names.size()) {
            throw new IllegalArgumentException(
                    name() + ": inputs must be " + names + ", got " + shapes.size() + " of them: " + shapes);
        }
        return apply(new ShapeOps(), shapes);
    }

    /** The name that errors give this block. */
    public final String name() {
        return getClass().getSimpleName();
    }

    /** The optional input at an index, or null. */
    protected static <T> T optional(List<T> inputs, int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** Every shape is known since construction, so that children need no input shapes of their own. */
    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        for (Block child : getChildren().values()) {
            child.initialize(manager, dataType);
        }
    }

    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        super.beforeInitialize(inputShapes);
        if (inputShapes.length > 0) {
            getOutputShapes(inputShapes);
        }
    }

    @Override
    public void freezeParameters(boolean freeze) {
        freezeParameters(freeze, parameter -> true);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Constants ({@link Parameter.Type#OTHER}) are not released, nor what {@link Freezing} froze: DJL's PyTorch model
     * releases all parameters when a trainer is made for a model loaded from files.
     */
    @Override
    public void freezeParameters(boolean freeze, Predicate<Parameter> predicate) {
        super.freezeParameters(
                freeze,
                predicate.and(parameter ->
                        freeze || parameter.getType() != Parameter.Type.OTHER && !held.contains(parameter)));
    }

    /** Keeps parameters from being released by {@link #freezeParameters}. */
    final void hold(Collection<Parameter> parameters) {
        held.addAll(parameters);
    }

    /** Ends {@link #hold}. */
    final void letGo(Collection<Parameter> parameters) {
        parameters.forEach(held::remove);
    }

    /** Adds a trainable parameter of a shape known now, whose sizes must be positive. */
    protected final Parameter parameter(String name, Parameter.Type type, Shape shape, Initializer initializer) {
        return parameter(name, type, shape, initializer, true);
    }

    /** Adds a table that the block computes and training leaves alone; its sizes must be positive. */
    protected final Parameter constant(String name, Shape shape, Initializer initializer) {
        return parameter(name, Parameter.Type.OTHER, shape, initializer, false);
    }

    /**
     * Adds a constant that gives a whole number to each distance from -reach to reach.
     *
     * @param row the number of a distance
     */
    protected final Parameter distanceRows(String name, int reach, IntUnaryOperator row) {
        return constant(name, new Shape(2L * reach + 1), (manager, shape, type) -> {
            float[] rows = new float[2 * reach + 1];
            for (int distance = -reach; distance <= reach; distance++) {
                rows[distance + reach] = row.applyAsInt(distance);
            }
            return HostArrays.of(manager, rows);
        });
    }

    private Parameter parameter(
            String name, Parameter.Type type, Shape shape, Initializer initializer, boolean trained) {
        if (Arrays.stream(shape.getShape()).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(name() + ": " + name + " must have positive sizes, got " + shape);
        }
        return addParameter(Parameter.builder()
                .setName(name)
                .setType(type)
                .optShape(shape)
                .optRequiresGrad(trained)
                .optInitializer(initializer)
                .build());
    }
}
