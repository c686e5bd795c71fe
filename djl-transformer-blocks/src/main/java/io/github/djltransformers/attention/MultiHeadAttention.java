package io.github.djltransformers.attention;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.position.RelativePositions;
import java.util.List;

/**
 * Multi-head attention, {@code concat(head_1 .. head_H) W_o} with {@code head_i = attention(Q W_q,i, K W_k,i, V W_v,i)}
 * (Vaswani et al. 2017, section 3.2.2).
 *
 * <p>Inputs: query (B, T, D); key (B, S, key size); value (B, S, value size); keepMask (1|B, 1|H, 1|T, S) BOOLEAN,
 * optional, true where a query attends to a key. Outputs: (B, T, D), and the attention weights (B, H, T, S) where they
 * were asked for at construction. A query with nothing to attend to yields the output bias alone.
 *
 * <p>The block's own forward knows nothing of places: rotary positions, spans and disentangled attention come to it from a
 * layer, through {@link #project} and {@link #attend}.
 *
 * <p>Children: {@code query}, {@code key}, {@code value}, {@code output}, each a {@link Projection}; where configured
 * {@code query_norm}, {@code key_norm} and {@code relative}.
 */
public final class MultiHeadAttention extends TransformerBlock {
    private final AttentionConfig config;
    private final boolean returnsWeights;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;
    private final Norm queryNorm;
    private final Norm keyNorm;
    private final DisentangledBias relative;

    public MultiHeadAttention(AttentionConfig config) {
        this(config, false);
    }

    @SuppressWarnings("this-escape")
    private MultiHeadAttention(AttentionConfig config, boolean returnsWeights) {
        this.config = config;
        this.returnsWeights = returnsWeights;
        int size = config.heads() * config.headSize();
        int shared = config.keyValueHeads() * config.headSize();
        query = addChildBlock("query", new Projection(config.modelSize(), size, config.bias()));
        key = addChildBlock("key", new Projection(config.keySize(), shared, config.bias()));
        value = addChildBlock("value", new Projection(config.valueSize(), shared, config.bias()));
        output = addChildBlock("output", new Projection(size, config.modelSize(), config.outputBias()));
        queryNorm = headNorm("query_norm");
        keyNorm = headNorm("key_norm");
        relative = config.disentangled() == null ? null : addChildBlock("relative", new DisentangledBias(config));
    }

    private Norm headNorm(String name) {
        return config.queryKeyNorm() == null
                ? null
                : addChildBlock(name, new Norm(config.headSize(), config.queryKeyNorm()));
    }

    /** A block whose forward also returns the attention weights, before dropout. */
    public static MultiHeadAttention withWeights(AttentionConfig config) {
        return new MultiHeadAttention(config, true);
    }

    /**
     * The keys and values of tokens, projected, split into heads and, in self-attention, turned to their positions: computed
     * once, attended to many times.
     *
     * @param angles of these tokens, or null
     */
    public <T> KeyValueCache<T> project(TensorOps<T> ops, T keys, T values, RotaryAngles<T> angles) {
        T split = ops.splitHeads(key.apply(ops, keys), config.keyValueHeads());
        return new KeyValueCache<>(
                placed(ops, keyNorm, split, angles), ops.splitHeads(value.apply(ops, values), config.keyValueHeads()));
    }

    private <T> T queries(TensorOps<T> ops, T x, RotaryAngles<T> angles) {
        return placed(ops, queryNorm, ops.splitHeads(query.apply(ops, x), config.heads()), angles);
    }

    private <T> T placed(TensorOps<T> ops, Norm norm, T heads, RotaryAngles<T> angles) {
        T normed = norm == null ? heads : norm.apply(ops, heads);
        return angles == null ? normed : ops.rotate(normed, config.headSize(), angles);
    }

    /**
     * Attends from x to projected keys and values.
     *
     * @param x (B, T, D)
     * @param memory as {@link #project} gives it, or grown by {@link TensorOps#append}
     */
    public <T> T attend(TensorOps<T> ops, T x, KeyValueCache<T> memory, AttentionContext<T> context) {
        T queries = queries(ops, x, context.angles());
        AttentionMask<T> mask = mask(ops, queries, memory, context);
        T attended = ops.attend(queries, memory.keys(), memory.values(), mask, config.scale(), config.dropout());
        return output.apply(ops, ops.mergeHeads(attended));
    }

    private <T> AttentionMask<T> mask(
            TensorOps<T> ops, T queries, KeyValueCache<T> memory, AttentionContext<T> context) {
        if (relative == null) {
            return context.mask();
        }
        RelativePositions<T> positions = context.relative();
        T bias = relative.apply(
                ops,
                queries,
                memory.keys(),
                vectors(ops, relative.queryProjection(query), positions),
                vectors(ops, relative.keyProjection(key), positions),
                positions.queryRows(),
                positions.keyRows());
        return ops.biased(context.mask(), bias);
    }

    private <T> T vectors(TensorOps<T> ops, Projection projection, RelativePositions<T> positions) {
        return projection == null
                ? null
                : ops.splitHeads(projection.apply(ops, positions.vectors()), config.heads()); // (1, H, W, Dh)
    }

    /**
     * The attention weights of x over projected keys.
     *
     * @return (B, H, T, S)
     */
    public <T> T weights(TensorOps<T> ops, T x, KeyValueCache<T> memory, AttentionContext<T> context) {
        T queries = queries(ops, x, context.angles());
        return ops.attentionWeights(queries, memory.keys(), mask(ops, queries, memory, context), config.scale());
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T x = inputs.get(0);
        T keepMask = optional(inputs, 3);
        ops.check(name())
                .expect("query", x, Kind.FLOAT, "B", "T", config.modelSize())
                .expect("key", inputs.get(1), Kind.FLOAT, "B", "S", config.keySize())
                .expect("value", inputs.get(2), Kind.FLOAT, "B", "S", config.valueSize())
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", "1|" + config.heads(), "1|T", "S");
        AttentionContext<T> context = AttentionContext.of(ops.attentionMask(keepMask, x));
        KeyValueCache<T> memory = project(ops, inputs.get(1), inputs.get(2), null);
        T attended = attend(ops, x, memory, context);
        return returnsWeights ? List.of(attended, weights(ops, x, memory, context)) : List.of(attended);
    }

    @Override
    public List<String> inputs() {
        return List.of("query", "key", "value", "keepMask?");
    }
}
