package io.github.djltransformers.attention;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * The score of query i and key j by their distance (He et al. 2021, equation 4):
 * {@code scale (Q_i . Kr_d(i,j) + K_j . Qr_d(j,i))}, Qr and Kr being the relative positions' vectors as queries and keys.
 *
 * <p>Inputs: query and key (B, H, T, Dh), vectorsAsQueries and vectorsAsKeys (1, H, W, Dh), queryRows and keyRows (T, T).
 * Output (B, H, T, T). Children {@code query} and {@code key}, where positions have projections of their own.
 */
final class DisentangledBias extends TransformerBlock {
    private final DisentangledConfig config;
    private final float scale;
    private final Projection query;
    private final Projection key;

    @SuppressWarnings("this-escape")
    DisentangledBias(AttentionConfig attention) {
        config = attention.disentangled();
        scale = attention.scale().factor();
        int size = attention.heads() * attention.headSize();
        boolean own = config.ownProjections();
        query = own && config.positionToContent()
                ? addChildBlock("query", new Projection(attention.modelSize(), size, attention.bias()))
                : null;
        key = own && config.contentToPosition()
                ? addChildBlock("key", new Projection(attention.modelSize(), size, attention.bias()))
                : null;
    }

    /** The projection of positions as queries, given that of the queries. */
    Projection queryProjection(Projection shared) {
        return config.ownProjections() ? query : shared;
    }

    /** The projection of positions as keys, given that of the keys. */
    Projection keyProjection(Projection shared) {
        return config.ownProjections() ? key : shared;
    }

    <T> T apply(TensorOps<T> ops, T queries, T keys, T asQueries, T asKeys, T queryRows, T keyRows) {
        T bias = null;
        if (config.contentToPosition()) {
            bias = ops.pick(ops.similarity(queries, asKeys, scale), queryRows); // (B, H, T, S)
        }
        if (config.positionToContent()) {
            T picked = ops.pick(ops.similarity(keys, asQueries, scale), keyRows); // (B, H, S, T)
            T back = ops.swapQueriesAndKeys(picked);
            bias = bias == null ? back : ops.add(bias, back);
        }
        return bias;
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name())
                .expect("query", inputs.get(0), Kind.FLOAT, "B", "H", "T", "Dh")
                .expect("key", inputs.get(1), Kind.FLOAT, "B", "H", "T", "Dh")
                .expect("vectorsAsQueries", inputs.get(2), Kind.FLOAT, 1, "H", "W", "Dh")
                .expect("vectorsAsKeys", inputs.get(3), Kind.FLOAT, 1, "H", "W", "Dh")
                .expect("queryRows", inputs.get(4), Kind.INTEGER, "T", "T")
                .expect("keyRows", inputs.get(5), Kind.INTEGER, "T", "T");
        return List.of(
                apply(ops, inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), inputs.get(4), inputs.get(5)));
    }

    @Override
    public List<String> inputs() {
        return List.of("query", "key", "vectorsAsQueries", "vectorsAsKeys", "queryRows", "keyRows");
    }
}
