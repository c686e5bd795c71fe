package io.github.djltransformers.block;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The linear map {@code x W^T + b} of the last axis, to which an adapter may add.
 *
 * <p>Parameters: {@code weight} (out, in), Xavier uniform; {@code bias} (out), zero. Input x (B, T, in), output (B, T, out).
 * Child {@code adapter} while there is one.
 */
public final class Projection extends TransformerBlock {
    private final int in;
    private final Parameter weight;
    private final Parameter bias;
    private LowRankAdapter adapter;

    /**
     * @param in size of the last axis of the input
     * @param out size of the last axis of the output
     * @param withBias whether b is there
     */
    @SuppressWarnings("this-escape")
    public Projection(int in, int out, boolean withBias) {
        this.in = in;
        weight = parameter("weight", Parameter.Type.WEIGHT, new Shape(out, in), Initializers.xavierUniform());
        bias = withBias ? parameter("bias", Parameter.Type.BIAS, new Shape(out), Initializer.ZEROS) : null;
    }

    /** The linear maps of a block, each once, in block order. */
    public static Set<Projection> within(Block block) {
        Set<Projection> found = new LinkedHashSet<>();
        if (block instanceof Projection projection) {
            found.add(projection);
        }
        for (Block child : block.getChildren().values()) {
            found.addAll(within(child));
        }
        return found;
    }

    public <T> T apply(TensorOps<T> ops, T x) {
        T mapped = ops.linear(x, weight, bias);
        return adapter == null ? mapped : ops.add(mapped, adapter.apply(ops, x));
    }

    /** W (out, in). */
    public Parameter weight() {
        return weight;
    }

    /** What is added to the map, or null. */
    public LowRankAdapter adapter() {
        return adapter;
    }

    /**
     * Adds an adapter. It must not happen while the map is computed, and {@link TransformerBlock#partsChanged} must be told
     * to the blocks around.
     *
     * @param added of the sizes of this map
     * @throws IllegalStateException if there is one already
     */
    public void adapt(LowRankAdapter added) {
        if (adapter != null) {
            throw new IllegalStateException("Projection: adapter must be absent, got one; take it away first");
        }
        Shape shape =
                new Shape(added.up().getShape().get(0), added.down().getShape().get(1));
        if (!shape.equals(weight.getShape())) {
            throw new IllegalArgumentException(
                    Text.format("Projection: adapter must map as %s, got %s", weight.getShape(), shape));
        }
        adapter = addChildBlock("adapter", added);
    }

    /** Takes the adapter away, under the same conditions as {@link #adapt}; its arrays stay open. */
    public void removeAdapter() {
        adapter = null;
        children.clear();
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", in);
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
