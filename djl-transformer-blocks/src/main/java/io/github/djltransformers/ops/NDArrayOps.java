package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;

/**
 * Interprets a block eagerly on NDArrays, forward and (under a GradientCollector) backward, on any imperative DJL engine.
 *
 * <p>Results belong to the manager of the first tensor argument, never to a parameter's. Arguments are expected to have
 * passed {@link ShapeOps}.
 */
public final class NDArrayOps implements TensorOps<NDArray> {
    /** Far below any score, and finite in float32, so that a row of nothing else gives no NaN. */
    private static final float MASKED = 1e9f;

    private final ParameterStore parameterStore;
    private final boolean training;

    /**
     * @param parameterStore where parameter values come from
     * @param training whether dropout is active and gradients may be recorded
     */
    public NDArrayOps(ParameterStore parameterStore, boolean training) {
        this.parameterStore = parameterStore;
        this.training = training;
    }

    @Override
    public ArgumentCheck<NDArray> check(String owner) {
        ShapeCheck check = new ShapeCheck(owner);
        return new ArgumentCheck<>() {
            @Override
            public ArgumentCheck<NDArray> expect(String argument, NDArray value, Kind kind, Object... dimensions) {
                check.expect(argument, value == null ? null : TensorShape.of(value), kind, dimensions);
                return this;
            }
        };
    }

    @Override
    public NDArray linear(NDArray x, Parameter weight, Parameter bias) {
        return Linear.linear(x, value(weight, x), bias == null ? null : value(bias, x))
                .singletonOrThrow();
    }

    @Override
    public NDArray embedding(NDArray ids, Parameter table) {
        requireInVocabulary(ids, table.getShape().get(0));
        return Embedding.embedding(ids, value(table, ids), SparseFormat.DENSE).singletonOrThrow();
    }

    /**
     * Refuses ids that no row of an embedding table has; MXNet clamps or wraps them silently, so that every id is looked at.
     *
     * @param ids INT64 or INT32
     * @param size the number of rows
     */
    public static void requireInVocabulary(NDArray ids, long size) {
        if (ids.getDataType() == DataType.INT32) {
            for (int id : ids.toIntArray()) {
                requireInVocabulary(id, size);
            }
        } else {
            for (long id : ids.toLongArray()) {
                requireInVocabulary(id, size);
            }
        }
    }

    private static void requireInVocabulary(long id, long size) {
        if (id < 0 || id >= size) {
            throw new IllegalArgumentException("embedding: ids must be in [0, " + size + "), got " + id
                    + "; the tokenizer and the model must share one vocabulary");
        }
    }

    @Override
    public NDArray addPositions(NDArray x, Parameter table, KeyValueCache<NDArray> past) {
        long from = past == null ? 0 : past.keys().getShape().get(2);
        long to = from + x.getShape().get(1);
        ShapeOps.requirePositions(to, table.getShape().get(0));
        NDArray rows = value(table, x).get(new NDIndex().addSliceDim(from, to));
        rows.attach(x.getManager());
        return x.add(rows);
    }

    @Override
    public NDArray layerNorm(NDArray x, Parameter gamma, Parameter beta, float epsilon) {
        NDArray scale = value(gamma, x);
        NDArray shift = beta == null ? x.getManager().zeros(gamma.getShape(), x.getDataType()) : value(beta, x);
        return LayerNorm.layerNorm(x, gamma.getShape(), scale, shift, epsilon).singletonOrThrow();
    }

    @Override
    public NDArray activate(NDArray x, ActivationFunction function) {
        return switch (function) {
            case RELU -> Activation.relu(x);
            case GELU -> Activation.gelu(x);
            // DJL's swish multiplies by a number that the backward pass reads, see Scalars.
            case SWISH -> Activation.sigmoid(x).mul(x);
            case TANH -> Activation.tanh(x);
        };
    }

    @Override
    public NDArray dropout(NDArray x, float rate) {
        return training && rate > 0 ? Dropout.dropout(x, rate, true).singletonOrThrow() : x;
    }

    @Override
    public NDArray add(NDArray a, NDArray b) {
        return a.add(b);
    }

    @Override
    public NDArray scale(NDArray x, float factor) {
        return Scalars.times(x, factor);
    }

    @Override
    public NDArray splitHeads(NDArray x, int heads) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                .transpose(0, 2, 1, 3);
    }

    @Override
    public NDArray mergeHeads(NDArray x) {
        Shape shape = x.getShape();
        return x.transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
    }

    @Override
    public AttentionMask<NDArray> attentionMask(NDArray keepMask, NDArray like) {
        return keepMask == null ? null : prepared(keepMask.toType(like.getDataType(), false));
    }

    @Override
    public AttentionMask<NDArray> causalMask(NDArray keepMask, NDArray like) {
        NDArray triangle = triangle(like);
        if (keepMask == null) {
            return new AttentionMask<>(scoreBias(triangle), null);
        }
        return prepared(keepMask.toType(like.getDataType(), false).mul(triangle));
    }

    private static NDArray triangle(NDArray like) {
        long length = like.getShape().get(1);
        NDManager manager = like.getManager();
        NDArray positions = manager.arange((int) length);
        return positions
                .reshape(1, 1, length, 1)
                .gte(positions.reshape(1, 1, 1, length))
                .toType(like.getDataType(), false); // (1, 1, T, T)
    }

    private static AttentionMask<NDArray> prepared(NDArray keep) {
        return new AttentionMask<>(scoreBias(keep), keep.max(new int[] {3}, true));
    }

    private static NDArray scoreBias(NDArray keep) {
        return keep.sub(1).mul(MASKED);
    }

    @Override
    public NDArray attentionWeights(NDArray query, NDArray key, AttentionMask<NDArray> mask, float scale) {
        NDArray scores = Scalars.times(query, scale).matMul(shared(key, query).transpose(0, 1, 3, 2)); // (B, H, T, S)
        if (mask == null) {
            return scores.softmax(3);
        }
        NDArray weights = scores.add(mask.scoreBias()).softmax(3);
        return mask.attendable() == null ? weights : weights.mul(mask.attendable());
    }

    @Override
    public NDArray attend(
            NDArray query, NDArray key, NDArray value, AttentionMask<NDArray> mask, float scale, float dropout) {
        return dropout(attentionWeights(query, key, mask, scale), dropout).matMul(shared(value, query));
    }

    /** Repeats each key or value head for the query heads that share it (grouped-query attention, Ainslie et al. 2023). */
    private static NDArray shared(NDArray heads, NDArray query) {
        long groups = query.getShape().get(1) / heads.getShape().get(1);
        return groups == 1 ? heads : heads.repeat(1, groups);
    }

    @Override
    public KeyValueCache<NDArray> append(KeyValueCache<NDArray> past, NDArray keys, NDArray values) {
        if (past == null) {
            return new KeyValueCache<>(keys, values);
        }
        return new KeyValueCache<>(
                NDArrays.concat(new NDList(past.keys(), keys), 2),
                NDArrays.concat(new NDList(past.values(), values), 2));
    }

    @Override
    public NDArray selectRows(NDArray x, NDArray rows) {
        return x.get(rows);
    }

    @Override
    public NDArray token(NDArray x, int index) {
        return x.get(new NDIndex().addAllDim().addIndices(index));
    }

    private NDArray value(Parameter parameter, NDArray like) {
        return parameterStore.getValue(parameter, like.getDevice(), training);
    }
}
