package io.github.djltransformers.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.EmbeddingConfig.ProjectionPlacement;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ArgumentCheck.Kind;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPositions;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import io.github.djltransformers.position.Positions;
import java.util.List;

/**
 * Tokens, positions and token types as vectors: {@code norm(scale W[id] + P[position] + S[type])}, projected to the model's
 * size where rows have another (Devlin et al. 2019, figure 2).
 *
 * <p>Inputs: ids (B, T) INT64 or INT32; keepMask (B, 1, 1, T) BOOLEAN, optional; where there are types of token tokenTypes
 * (B, T) INT64 or INT32, optional, all 0 where absent. Output (B, T, D). Parameter {@code weight} (V, E), normal with standard deviation {@code 1/sqrt(E)};
 * children {@code positions}, {@code types}, {@code norm} and {@code projection} where configured.
 */
public final class InputEmbedding extends TransformerBlock {
    private final EmbeddingConfig config;
    private final Parameter weight;
    private final Positions positions;
    private final Parameter types;
    private final Norm norm;
    private final Projection projection;

    public InputEmbedding(EmbeddingConfig config) {
        this(config, null);
    }

    /**
     * @param shared an embedding whose table this one uses too, or null
     */
    @SuppressWarnings("this-escape")
    public InputEmbedding(EmbeddingConfig config, InputEmbedding shared) {
        this.config = config;
        weight = shared == null ? table("weight", config.vocabularySize(), config.size()) : addParameter(shared.weight);
        positions = config.positions().kind() == PositionKind.NONE
                ? null
                : addChildBlock("positions", new Positions(config.positions(), config.sumSize()));
        types = config.tokenTypes() == 0 ? null : table("types", config.tokenTypes(), config.sumSize());
        norm = config.norm().kind() == NormKind.NONE
                ? null
                : addChildBlock("norm", new Norm(config.normSize(), config.norm()));
        projection = config.size() == config.modelSize()
                ? null
                : addChildBlock(
                        "projection",
                        new Projection(
                                config.size(), config.modelSize(), config.projection() == ProjectionPlacement.LAST));
    }

    private Parameter table(String name, int rows, int size) {
        return parameter(name, Parameter.Type.WEIGHT, new Shape(rows, size), Initializers.normal(1 / Math.sqrt(size)));
    }

    /** The greatest number of tokens that positions are for. */
    int maxLength() {
        return config.positions().length();
    }

    /**
     * Where tokens stand, as the configuration numbers them.
     *
     * @param ids (B, T)
     * @param keep (B, 1, 1, S) over the cached and the new tokens, or null
     * @param past the cache of the tokens before, or null
     */
    public <T> TokenPositions<T> number(TensorOps<T> ops, T ids, T keep, KeyValueCache<T> past) {
        PositionNumbering numbering = config.positions().numbering();
        if (numbering == PositionNumbering.KEPT && keep != null) {
            return TokenPositions.of(ops.countKept(keep, ids), past);
        }
        if (numbering == PositionNumbering.NOT_PADDING && past == null) {
            T tokens = ops.differs(ids, config.positions().paddingId());
            return TokenPositions.of(ops.countKept(tokens, ids), null);
        }
        return TokenPositions.after(past);
    }

    /**
     * @param ids (B, T)
     * @param keep (B, 1, 1, T) or null
     * @param tokenTypes (B, T) or null
     * @param places as {@link #number} gives them
     * @return (B, T, D)
     */
    public <T> T apply(TensorOps<T> ops, T ids, T keep, T tokenTypes, TokenPositions<T> places) {
        T x = ops.embedding(ids, weight);
        x = config.scale() == 1 ? x : ops.scale(x, config.scale());
        x = projected(ops, x, ProjectionPlacement.FIRST);
        x = positions == null ? x : placed(ops, x, ids, places);
        if (types != null) {
            x = ops.addTypes(x, types, tokenTypes);
        }
        x = projected(ops, x, ProjectionPlacement.BEFORE_NORM);
        x = norm == null ? x : norm.apply(ops, x);
        x = config.zeroesPadding() && keep != null ? ops.zeroUnkept(x, keep) : x;
        return projected(ops, ops.dropout(x, config.dropout()), ProjectionPlacement.LAST);
    }

    /** In tensor2tensor's table the row of the padding token is zero, wherever the token stands. */
    private <T> T placed(TensorOps<T> ops, T x, T ids, TokenPositions<T> places) {
        T placed = positions.apply(ops, x, places);
        PositionConfig numbers = config.positions();
        if (numbers.kind() != PositionKind.SINUSOIDAL_TENSOR2TENSOR) {
            return placed;
        }
        T tokens = ops.zeroUnkept(placed, ops.differs(ids, numbers.paddingId()));
        return ops.add(tokens, ops.zeroUnkept(x, ops.equalTo(ids, numbers.paddingId())));
    }

    private <T> T projected(TensorOps<T> ops, T x, ProjectionPlacement placement) {
        return projection != null && config.projection() == placement ? projection.apply(ops, x) : x;
    }

    /**
     * Logits over the vocabulary, {@code x W^T + b} (Press and Wolf 2017).
     *
     * @param x (..., E)
     * @param bias (V) or null
     * @return (..., V)
     */
    public <T> T logits(TensorOps<T> ops, T x, Parameter bias) {
        return ops.linear(x, weight, bias);
    }

    @Override
    public <T> List<T> apply(TensorOps<T> ops, List<T> inputs) {
        T ids = inputs.get(0);
        T keep = optional(inputs, 1);
        T tokenTypes = optional(inputs, 2);
        ops.check(name())
                .expect("ids", ids, Kind.INTEGER, "B", "T")
                .expect("keepMask", keep, Kind.BOOLEAN, "B", 1, 1, "T")
                .expect("tokenTypes", tokenTypes, Kind.INTEGER, "B", "T");
        return List.of(apply(ops, ids, keep, tokenTypes, number(ops, ids, keep, null)));
    }

    @Override
    public List<String> inputs() {
        return types == null ? List.of("ids", "keepMask?") : List.of("ids", "keepMask?", "tokenTypes?");
    }
}
