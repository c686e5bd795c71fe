package io.github.djltransformers.head;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.TensorOps;
import java.util.ArrayList;
import java.util.List;

/**
 * A head on a stack's vectors: {@code W' norm(activation(W pool(x) + b)) + b'}.
 *
 * <p>Inputs: x (B, T, D); ids (B, T) INT64 or INT32; keepMask (B, 1, 1, T) BOOLEAN, optional. Output (B, C), or (B, T, C)
 * without pooling; where split C outputs without the last axis. Children {@code dense}, {@code norm}; parameters
 * {@code weight} (C, size), unless it is the embedding's, and {@code bias} (C).
 */
public final class OutputHead extends TransformerBlock {
    private final HeadConfig config;
    private final int modelSize;
    private final InputEmbedding embedding;
    private final Projection dense;
    private final Norm norm;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * @param modelSize D
     * @param embedding whose table a tied output uses
     */
    @SuppressWarnings("this-escape")
    public OutputHead(HeadConfig config, int modelSize, InputEmbedding embedding) {
        this.config = config;
        this.modelSize = modelSize;
        this.embedding = embedding;
        DenseConfig layer = config.dense();
        dense = layer == null ? null : addChildBlock("dense", new Projection(modelSize, layer.size(), layer.bias()));
        norm = layer == null || layer.norm().kind() == NormKind.NONE
                ? null
                : addChildBlock("norm", new Norm(layer.size(), layer.norm()));
        HeadConfig.Output output = config.output();
        Shape shape = output == null ? null : new Shape(output.size(), layer == null ? modelSize : layer.size());
        weight = output == null || output.tied()
                ? null
                : parameter("weight", Parameter.Type.WEIGHT, shape, Initializers.xavierUniform());
        bias = output != null && output.bias()
                ? parameter("bias", Parameter.Type.BIAS, new Shape(output.size()), Initializer.ZEROS)
                : null;
    }

    /**
     * What the outputs are called in models of Hugging Face: {@code pooler_output} of a pooler, {@code start_logits} and {@code
     * end_logits} of a span, else {@code logits}.
     */
    List<String> outputs() {
        if (config.output() == null) {
            return List.of("pooler_output");
        }
        return config.output().split() ? List.of("start_logits", "end_logits") : List.of("logits");
    }

    /**
     * @param x (B, T, D)
     * @param ids (B, T)
     * @param keep (B, 1, 1, T) or null
     */
    public <T> List<T> apply(TensorOps<T> ops, T x, T ids, T keep) {
        T hidden = config.pooling().apply(ops, x, ids, keep, config.pooledId());
        if (dense != null) {
            T inner = dense.apply(ops, hidden);
            ActivationFunction activation = config.dense().activation();
            hidden = activation == ActivationFunction.IDENTITY ? inner : ops.activate(inner, activation);
            hidden = norm == null ? hidden : norm.apply(ops, hidden);
        }
        HeadConfig.Output output = config.output();
        if (output == null) {
            return List.of(hidden);
        }
        T numbers = weight == null ? embedding.logits(ops, hidden, bias) : ops.linear(hidden, weight, bias);
        if (!output.split()) {
            return List.of(numbers);
        }
        List<T> features = new ArrayList<>();
        for (int i = 0; i < output.size(); i++) {
            features.add(ops.feature(numbers, i));
        }
        return features;
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T keep = optional(inputs, 2);
        ops.check(name())
                .expect("x", inputs.get(0), Kind.FLOAT, "B", "T", modelSize)
                .expect("ids", inputs.get(1), Kind.INTEGER, "B", "T")
                .expect("keepMask", keep, Kind.BOOLEAN, "B", 1, 1, "T");
        return apply(ops, inputs.get(0), inputs.get(1), keep);
    }

    @Override
    public List<String> inputs() {
        return List.of("x", "ids", "keepMask?");
    }
}
