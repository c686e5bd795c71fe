package io.github.djltransformers.block;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * What low-rank adaptation adds to a linear map: {@code scaling B A dropout(x)}, zero before training (Hu et al. 2021,
 * section 4.1).
 *
 * <p>Parameters: {@code down}, the paper's A (rank, in), uniform in {@code [-1/sqrt(in), 1/sqrt(in)]}; {@code up}, its B
 * (out, rank), zero. Input x (..., in), output (..., out).
 */
public final class LowRankAdapter extends TransformerBlock {
    private final int in;
    private final float scaling;
    private final float dropout;
    private final Parameter down;
    private final Parameter up;

    /**
     * @param in size of the last axis of the input
     * @param out size of the last axis of the output
     * @param rank inner size
     * @param scaling factor of the result
     * @param dropout of the input while training
     */
    @SuppressWarnings("this-escape")
    public LowRankAdapter(int in, int out, int rank, float scaling, float dropout) {
        this.in = in;
        this.scaling = scaling;
        this.dropout = dropout;
        down = parameter("down", Parameter.Type.WEIGHT, new Shape(rank, in), Initializers.uniform(1 / Math.sqrt(in)));
        up = parameter("up", Parameter.Type.WEIGHT, new Shape(out, rank), Initializer.ZEROS);
    }

    /**
     * An adapter with the {@code down} of another: what it is for linear maps that are parts of one matrix.
     *
     * @param first of a map of the same input
     * @param out size of the last axis of the output
     */
    @SuppressWarnings("this-escape")
    public LowRankAdapter(LowRankAdapter first, int out) {
        in = first.in;
        scaling = first.scaling;
        dropout = first.dropout;
        down = addParameter(first.down);
        up = parameter("up", Parameter.Type.WEIGHT, new Shape(out, first.rank()), Initializer.ZEROS);
    }

    private long rank() {
        return down.getShape().get(0);
    }

    /** The factor of the result. */
    public float scaling() {
        return scaling;
    }

    /** A (rank, in). */
    public Parameter down() {
        return down;
    }

    /** B (out, rank). */
    public Parameter up() {
        return up;
    }

    /**
     * @param x (..., in)
     */
    public <T> T apply(TensorOps<T> ops, T x) {
        T narrow = ops.linear(ops.dropout(x, dropout), down, null);
        return ops.scale(ops.linear(narrow, up, null), scaling);
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
