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
 * The score bias of a {@link RelativeBiasConfig}. Input x (B, T, D), output (1, H, T, T). The parameter {@code weight}
 * (buckets, H) is trained; ALiBi's (distances, H) and the row of each distance are constants, not saved with the model.
 */
public final class RelativeBias extends TransformerBlock {
    private final Parameter rows;
    private final Parameter weight;

    /**
     * @param heads H
     */
    @SuppressWarnings("this-escape")
    public RelativeBias(RelativeBiasConfig config, int heads) {
        int reach = config.maxDistance();
        boolean fixed = config.kind() == RelativeBiasConfig.Kind.ALIBI;
        rows = distanceRows("rows", reach, distance -> fixed ? distance + reach : bucket(config, distance));
        weight = fixed
                ? constant(
                        "weight",
                        new Shape(2 * reach + 1, heads),
                        (manager, shape, type) ->
                                Initializers.constant(slopes(reach, heads)).initialize(manager, shape, type))
                : parameter(
                        "weight", Parameter.Type.WEIGHT, new Shape(config.buckets(), heads), Initializers.normal(0.02));
    }

    private static int bucket(RelativeBiasConfig config, int distance) {
        boolean bothWays = config.kind() == RelativeBiasConfig.Kind.BUCKETS;
        return RelativeBuckets.t5(distance, bothWays, config.buckets(), config.maxDistance());
    }

    private static double[][] slopes(int reach, int heads) {
        double[][] biases = new double[2 * reach + 1][heads];
        for (int head = 0; head < heads; head++) {
            double slope = slope(head, heads);
            for (int distance = -reach; distance <= reach; distance++) {
                biases[distance + reach][head] = -slope * Math.abs(distance);
            }
        }
        return biases;
    }

    /**
     * {@code 2^(-8 (h + 1) / H)} where H is a power of two; else the slopes of the power of two below, then every second of
     * those of the power above, as the authors' code does.
     */
    static double slope(int head, int heads) {
        int below = Integer.highestOneBit(heads);
        return head < below
                ? Math.pow(2, -8.0 * (head + 1) / below)
                : Math.pow(2, -8.0 * (2 * (head - below) + 1) / (2 * below));
    }

    /**
     * @param x (B, T, D): gives T
     * @param past the cache of the tokens before, or null
     * @return (1, H, T, S)
     */
    public <T> T apply(TensorOps<T> ops, T x, KeyValueCache<T> past) {
        return ops.relativeBias(ops.distances(x, past, rows), weight);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", "D");
        return List.of(apply(ops, inputs.get(0), null));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
