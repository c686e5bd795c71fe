package io.github.djltransformers.position;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Adds a row of a position table to each token: x + table[0..T) (Vaswani et al. 2017, section 3.5).
 *
 * <p>Input and output x (B, T, D), T at most the length of the table. The parameter {@code weight} (length, D) is trained
 * for {@link PositionKind#LEARNED} and a constant, not saved with the model, for {@link PositionKind#SINUSOIDAL}.
 */
public final class Positions extends TransformerBlock {
    private final int size;
    private final Parameter table;

    /**
     * @param length the longest sequence
     * @param size D
     */
    @SuppressWarnings("this-escape")
    public Positions(PositionKind kind, int length, int size) {
        this.size = size;
        Shape shape = new Shape(length, size);
        table = switch (kind) {
            case LEARNED -> parameter("weight", Parameter.Type.WEIGHT, shape, Initializers.normal(1 / Math.sqrt(size)));
            case SINUSOIDAL ->
                constant(
                        "weight",
                        shape,
                        (manager, wanted, type) -> Initializers.constant(SinusoidalTable.interleaved(length, size))
                                .initialize(manager, wanted, type));
        };
    }

    /**
     * @param past the cache of the tokens before x, or null
     */
    public <T> T apply(TensorOps<T> ops, T x, KeyValueCache<T> past) {
        return ops.addPositions(x, table, past);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", size);
        return List.of(apply(ops, inputs.get(0), null));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
