package io.github.djltransformers.layer;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Token embeddings scaled by sqrt(D), and the output projection with the same matrix (Vaswani et al. 2017, section 3.4;
 * Press and Wolf 2017).
 *
 * <p>Input ids (B, T) INT64 or INT32, output (B, T, D). Parameter {@code weight} (V, D), normal with standard deviation
 * {@code 1 / sqrt(D)}, so that scaled embeddings and logits both start near unit variance.
 */
public final class TokenEmbedding extends TransformerBlock {
    private final float scale;
    private final Parameter weight;

    @SuppressWarnings("this-escape")
    public TokenEmbedding(int vocabularySize, int size) {
        scale = (float) Math.sqrt(size);
        weight = parameter(
                "weight",
                Parameter.Type.WEIGHT,
                new Shape(vocabularySize, size),
                Initializers.normal(1 / Math.sqrt(size)));
    }

    public <T> T apply(TensorOps<T> ops, T ids) {
        return ops.scale(ops.embedding(ids, weight), scale);
    }

    /**
     * Logits over the vocabulary, {@code x W^T}.
     *
     * @param x (..., D)
     * @return (..., V)
     */
    public <T> T logits(TensorOps<T> ops, T x) {
        return ops.linear(x, weight, null);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("ids", inputs.get(0), Kind.INTEGER, "B", "T");
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("ids");
    }
}
