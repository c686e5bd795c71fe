package io.github.djltransformers.attention;

import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Multi-head attention, {@code concat(head_1 .. head_H) W_o} with {@code head_i = attention(Q W_q,i, K W_k,i, V W_v,i)}
 * (Vaswani et al. 2017, section 3.2.2).
 *
 * <p>Inputs: query (B, T, D); key (B, S, key size); value (B, S, value size); keepMask (1|B, 1|H, 1|T, S) BOOLEAN,
 * optional, true where a query attends to a key. Outputs: (B, T, D), and the attention weights (B, H, T, S) where they
 * were asked for at construction. A query with nothing to attend to yields the output bias alone.
 *
 * <p>Children: {@code query}, {@code key}, {@code value}, {@code output}, each a {@link Projection}.
 */
public final class MultiHeadAttention extends TransformerBlock {
    private final AttentionConfig config;
    private final boolean returnsWeights;
    private final float scale;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;

    public MultiHeadAttention(AttentionConfig config) {
        this(config, false);
    }

    @SuppressWarnings("this-escape")
    private MultiHeadAttention(AttentionConfig config, boolean returnsWeights) {
        this.config = config;
        this.returnsWeights = returnsWeights;
        scale = (float) (1 / Math.sqrt((double) config.modelSize() / config.heads()));
        int size = config.modelSize();
        query = addChildBlock("query", new Projection(size, size, config.bias()));
        key = addChildBlock("key", new Projection(config.keySize(), size, config.bias()));
        value = addChildBlock("value", new Projection(config.valueSize(), size, config.bias()));
        output = addChildBlock("output", new Projection(size, size, config.bias()));
    }

    /** A block whose forward also returns the attention weights, before dropout. */
    public static MultiHeadAttention withWeights(AttentionConfig config) {
        return new MultiHeadAttention(config, true);
    }

    /**
     * Attends from x to memory.
     *
     * @param x (B, T, D), the queries
     * @param memory (B, S, D), keys and values; x itself for self-attention
     * @param mask or null
     * @return (B, T, D)
     */
    public <T> T apply(TensorOps<T> ops, T x, T memory, AttentionMask<T> mask) {
        return attend(ops, x, project(ops, memory, memory), mask);
    }

    /** The keys and values of tokens, projected and split into heads: computed once, attended to many times. */
    public <T> KeyValueCache<T> project(TensorOps<T> ops, T keys, T values) {
        return new KeyValueCache<>(heads(ops, key.apply(ops, keys)), heads(ops, value.apply(ops, values)));
    }

    /**
     * Attends from x to projected keys and values.
     *
     * @param x (B, T, D)
     * @param memory as {@link #project} gives it, or grown by {@link TensorOps#append}
     */
    public <T> T attend(TensorOps<T> ops, T x, KeyValueCache<T> memory, AttentionMask<T> mask) {
        T queries = heads(ops, query.apply(ops, x));
        T context = ops.attend(queries, memory.keys(), memory.values(), mask, scale, config.dropout());
        return output.apply(ops, ops.mergeHeads(context));
    }

    /**
     * The attention weights of x over projected keys.
     *
     * @return (B, H, T, S)
     */
    public <T> T weights(TensorOps<T> ops, T x, KeyValueCache<T> memory, AttentionMask<T> mask) {
        return ops.attentionWeights(heads(ops, query.apply(ops, x)), memory.keys(), mask, scale);
    }

    private <T> T heads(TensorOps<T> ops, T x) {
        return ops.splitHeads(x, config.heads());
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
        AttentionMask<T> mask = ops.attentionMask(keepMask, x);
        KeyValueCache<T> memory = project(ops, inputs.get(1), inputs.get(2));
        T attended = attend(ops, x, memory, mask);
        return returnsWeights ? List.of(attended, weights(ops, x, memory, mask)) : List.of(attended);
    }

    @Override
    public List<String> inputs() {
        return List.of("query", "key", "value", "keepMask?");
    }
}
