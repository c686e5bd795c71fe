package io.github.djltransformers.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * Logits over the vocabulary: {@code cap(scale x W^T + b)}. Input x (B, T, D), output (B, T, V). Where the embedding has rows
 * of another size than D, a projection without bias leads there first. Parameters {@code weight} (V, E), unless it is the
 * embedding's, and {@code bias} (V); child {@code projection}.
 */
final class OutputLogits extends TransformerBlock {
    private final OutputConfig config;
    private final int modelSize;
    private final InputEmbedding embedding;
    private final Projection projection;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * @param embedding of the same tokens
     */
    @SuppressWarnings("this-escape")
    OutputLogits(OutputConfig config, EmbeddingConfig tokens, InputEmbedding embedding) {
        this.config = config;
        this.embedding = embedding;
        modelSize = tokens.modelSize();
        projection = tokens.size() == modelSize
                ? null
                : addChildBlock("projection", new Projection(modelSize, tokens.size(), false));
        Shape shape = new Shape(tokens.vocabularySize(), tokens.size());
        weight = config.tied() ? null : parameter("weight", Parameter.Type.WEIGHT, shape, Initializers.xavierUniform());
        bias = config.bias()
                ? parameter("bias", Parameter.Type.BIAS, new Shape(tokens.vocabularySize()), Initializer.ZEROS)
                : null;
    }

    /**
     * @param x (..., D)
     * @return (..., V)
     */
    <T> T apply(TensorOps<T> ops, T x) {
        T scaled = config.scale() == 1 ? x : ops.scale(x, config.scale());
        T projected = projection == null ? scaled : projection.apply(ops, scaled);
        T logits = weight == null ? embedding.logits(ops, projected, bias) : ops.linear(projected, weight, bias);
        if (config.softCap() == 0) {
            return logits;
        }
        T bounded = ops.activate(ops.scale(logits, 1 / config.softCap()), ActivationFunction.TANH);
        return ops.scale(bounded, config.softCap());
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        ops.check(name()).expect("x", inputs.get(0), Kind.FLOAT, "B", "T", modelSize);
        return List.of(apply(ops, inputs.get(0)));
    }

    @Override
    public List<String> inputs() {
        return List.of("x");
    }
}
