package io.github.djltransformers.position;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The vectors of a {@link RelativeTableConfig} and which of them is for each pair of tokens. Input x (B, T, D), output the
 * vectors (1, 2k, D). Parameter {@code weight} (2k, D); child {@code norm} where configured.
 */
public final class RelativeTable extends TransformerBlock {
    private final Parameter queryRows;
    private final Parameter keyRows;
    private final Parameter weight;
    private final Norm norm;

    /**
     * @param size D
     */
    @SuppressWarnings("this-escape")
    public RelativeTable(RelativeTableConfig config, int size) {
        int reach = config.reach();
        int farthest = Math.max(config.maxDistance(), reach);
        queryRows = distanceRows("query_rows", farthest, distance -> row(config, -distance));
        keyRows = distanceRows("key_rows", farthest, distance -> row(config, distance));
        weight = parameter("weight", Parameter.Type.WEIGHT, new Shape(2L * reach, size), Initializers.normal(0.02));
        norm = config.norm().kind() == NormKind.NONE ? null : addChildBlock("norm", new Norm(size, config.norm()));
    }

    private static int row(RelativeTableConfig config, int distance) {
        int reach = config.reach();
        int bucket = RelativeBuckets.deberta(distance, config.buckets(), config.maxDistance());
        return Math.max(0, Math.min(2 * reach - 1, bucket + reach));
    }

    /**
     * @param x (B, T, D): gives T
     */
    public <T> RelativePositions<T> apply(TensorOps<T> ops, T x) {
        T vectors = ops.sequence(weight, x);
        return new RelativePositions<>(
                norm == null ? vectors : norm.apply(ops, vectors),
                ops.distances(x, null, queryRows),
                ops.distances(x, null, keyRows));
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", "D");
        return List.of(apply(ops, inputs.get(0)).vectors());
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
