package io.github.djltransformers.position;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;

/**
 * Adds a row of a position table to each token: {@code x + table[position + offset]} (Vaswani et al. 2017, section 3.5).
 *
 * <p>Input and output x (B, T, D), T at most the length of the configuration; the block's own forward numbers tokens from 0.
 * The parameter {@code weight} (length + offset, D) is trained for {@link PositionKind#LEARNED} and a constant, not saved with
 * the model, for sines and cosines.
 */
public final class Positions extends TransformerBlock {
    private final int size;
    private final PositionConfig config;
    private final Parameter table;

    /**
     * Tokens numbered by their place.
     *
     * @param length the longest sequence
     * @param size D
     */
    public Positions(PositionKind kind, int length, int size) {
        this(PositionConfig.of(kind, length), size);
    }

    /**
     * @param size D
     */
    @SuppressWarnings("this-escape")
    public Positions(PositionConfig config, int size) {
        this.size = size;
        this.config = config;
        int rows = config.length() + config.offset();
        Shape shape = new Shape(rows, size);
        table = switch (config.kind()) {
            case LEARNED -> parameter("weight", Parameter.Type.WEIGHT, shape, Initializers.normal(1 / Math.sqrt(size)));
            case NONE -> throw new IllegalArgumentException("Positions: kind must add positions, got NONE");
            default ->
                constant(
                        "weight",
                        shape,
                        (manager, wanted, type) ->
                                Initializers.constant(waves(rows)).initialize(manager, wanted, type));
        };
    }

    private double[][] waves(int rows) {
        return switch (config.kind()) {
            case SINUSOIDAL -> SinusoidalTable.interleaved(rows, size);
            case SINUSOIDAL_HALVES -> SinusoidalTable.halves(rows, size);
            default -> SinusoidalTable.tensor2tensor(rows, size, config.paddingId());
        };
    }

    /**
     * @param x (B, T, D)
     * @param positions where the tokens stand
     */
    public <T> T apply(TensorOps<T> ops, T x, TokenPositions<T> positions) {
        return ops.addPositions(x, table, positions, config.offset());
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", size);
        return List.of(apply(ops, inputs.get(0), TokenPositions.after(null)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
