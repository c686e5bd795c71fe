package io.github.djltransformers.attention;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * {@code softmax(scale Q K^T + mask) V} (Vaswani et al. 2017, equation 1), without parameters.
 *
 * <p>Inputs: query (B, H, T, Dh); key (B, H or Hkv, S, Dh); value (B, H or Hkv, S, Dv); keepMask (1|B, 1|H, 1|T, S) BOOLEAN,
 * optional, true where a query attends to a key. Output (B, H, T, Dv). A query with nothing to attend to yields zeros. With
 * fewer key heads than query heads they are shared (grouped-query attention, Ainslie et al. 2023).
 */
public final class ScaledDotProductAttention extends TransformerBlock {
    private final ScoreScale scale;
    private final float dropout;

    /**
     * @param scale factor of the scores, usually {@code 1 / sqrt(Dh)}
     * @param dropout rate applied to the attention weights while training
     */
    public ScaledDotProductAttention(float scale, float dropout) {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("ScaledDotProductAttention: scale must be positive, got " + scale);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("ScaledDotProductAttention: dropout must be in [0, 1), got " + dropout);
        }
        this.scale = ScoreScale.of(scale);
        this.dropout = dropout;
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T query = inputs.get(0);
        T keepMask = optional(inputs, 3);
        ops.check(name())
                .expect("query", query, Kind.FLOAT, "B", "H", "T", "Dh")
                .expect("key", inputs.get(1), Kind.FLOAT, "B", "Hkv", "S", "Dh")
                .expect("value", inputs.get(2), Kind.FLOAT, "B", "Hkv", "S", "Dv")
                .expect("keepMask", keepMask, Kind.BOOLEAN, "1|B", "1|H", "1|T", "S");
        return List.of(
                ops.attend(query, inputs.get(1), inputs.get(2), ops.attentionMask(keepMask, query), scale, dropout));
    }

    @Override
    public List<String> inputs() {
        return List.of("query", "key", "value", "keepMask?");
    }
}
