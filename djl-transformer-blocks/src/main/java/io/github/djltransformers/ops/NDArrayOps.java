package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
public sealed class NDArrayOps implements TensorOps<NDArray> permits ObservedOps, RecordingOps, RoundedOps {
    /** Far below any score, and finite in float32, so that a row of nothing else gives no NaN. */
    /** Added to what is not to be the greatest: far below any feature, and within float32. */
    private static final double BEYOND_ALL = 1e30;

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
    public NDArray addPositions(NDArray x, Parameter table, TokenPositions<NDArray> positions, int offset) {
        long rows = table.getShape().get(0);
        if (positions.explicit() != null) {
            NDArray shifted = positions.explicit().add(offset);
            for (long row : shifted.toLongArray()) {
                ShapeOps.requirePositions(row + 1 - offset, rows - offset);
            }
            return x.add(Embedding.embedding(shifted, value(table, x), SparseFormat.DENSE)
                    .singletonOrThrow());
        }
        long from = offset + length(positions.past());
        long to = from + x.getShape().get(1);
        ShapeOps.requirePositions(to - offset, rows - offset);
        NDArray slice = value(table, x).get(new NDIndex().addSliceDim(from, to));
        slice.attach(x.getManager());
        return x.add(slice);
    }

    @Override
    public NDArray addTypes(NDArray x, Parameter table, NDArray types) {
        if (types != null) {
            return x.add(embedding(types, table));
        }
        NDArray first = value(table, x).get(new NDIndex().addSliceDim(0, 1));
        first.attach(x.getManager());
        return x.add(first);
    }

    private static long length(KeyValueCache<NDArray> past) {
        return past == null ? 0 : past.keys().getShape().get(2);
    }

    @Override
    public NDArray countKept(NDArray keep, NDArray ids) {
        return IndexArrays.countKept(keep, ids);
    }

    @Override
    public NDArray differs(NDArray ids, long id) {
        return tokenMask(ids.neq(id));
    }

    @Override
    public NDArray equalTo(NDArray ids, long id) {
        return tokenMask(ids.eq(id));
    }

    private static NDArray tokenMask(NDArray mask) {
        Shape shape = mask.getShape();
        return mask.toType(DataType.BOOLEAN, false).reshape(shape.get(0), 1, 1, shape.get(1));
    }

    @Override
    public NDArray extendKept(NDArray keep, NDArray ids) {
        Shape shape = ids.getShape();
        NDArray more = keep.getManager().ones(new Shape(shape.get(0), 1, 1, shape.get(1)), DataType.INT32);
        return NDArrays.concat(new NDList(keep.toType(DataType.INT32, false), more), 3)
                .toType(DataType.BOOLEAN, false);
    }

    @Override
    public RotaryAngles<NDArray> rotaryAngles(NDArray x, TokenPositions<NDArray> positions, RotaryConfig rotary) {
        return RotaryArrays.angles(x, length(positions.past()), positions.explicit(), rotary);
    }

    @Override
    public NDArray rotate(NDArray heads, int headSize, RotaryAngles<NDArray> angles) {
        return RotaryArrays.rotate(heads, headSize, angles);
    }

    @Override
    public NDArray rmsNorm(NDArray x, Parameter gamma, float offset, float epsilon) {
        int last = x.getShape().dimension() - 1;
        NDArray normed =
                x.div(x.mul(x).mean(new int[] {last}, true).add(epsilon).sqrt());
        NDArray weight = value(gamma, x);
        return normed.mul(
                offset == 0
                        ? weight
                        : x.getManager()
                                .full(gamma.getShape(), offset, x.getDataType())
                                .add(weight));
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
            case SIGMOID -> Activation.sigmoid(x);
            case GELU_TANH -> geluTanh(x);
            case QUICK_GELU -> Activation.sigmoid(Scalars.times(x, 1.702)).mul(x);
            case SQUARED_RELU -> squared(Activation.relu(x));
            // Not by minimum, whose backward pass reads a number in memory that is free by then, see Scalars.
            case RELU6 -> Activation.relu(x).sub(Activation.relu(x.sub(6)));
            case LEAKY_RELU -> Activation.relu(x).sub(Scalars.times(Activation.relu(x.neg()), 0.01));
            case MISH -> x.mul(Activation.softPlus(x).tanh());
            case IDENTITY -> x;
        };
    }

    private static NDArray squared(NDArray x) {
        return x.mul(x);
    }

    private static NDArray geluTanh(NDArray x) {
        NDArray cubic = Scalars.times(squared(x).mul(x), 0.044715).add(x);
        NDArray step = Scalars.times(cubic, Math.sqrt(2 / Math.PI)).tanh().add(1);
        return Scalars.times(step.mul(x), 0.5);
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
    public NDArray multiply(NDArray a, NDArray b) {
        return a.mul(b);
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
        return MaskArrays.kept(keepMask, like);
    }

    @Override
    public AttentionMask<NDArray> spanMask(
            NDArray keepMask, NDArray like, KeyValueCache<NDArray> past, AttentionSpan span) {
        return MaskArrays.span(keepMask, like, length(past), span);
    }

    @Override
    public AttentionMask<NDArray> biased(AttentionMask<NDArray> mask, NDArray bias) {
        return mask == null
                ? new AttentionMask<>(bias, null)
                : new AttentionMask<>(bias.add(mask.scoreBias()), mask.attendable());
    }

    @Override
    public NDArray attentionWeights(NDArray query, NDArray key, AttentionMask<NDArray> mask, ScoreScale scale) {
        NDArray scores = similarity(query, shared(key, query), scale.factor()); // (B, H, T, S)
        if (scale.capped()) {
            scores = Scalars.times(Scalars.times(scores, 1 / scale.softCap()).tanh(), scale.softCap());
        }
        if (mask == null) {
            return scores.softmax(3);
        }
        NDArray weights = scores.add(mask.scoreBias()).softmax(3);
        return mask.attendable() == null ? weights : weights.mul(mask.attendable());
    }

    @Override
    public NDArray similarity(NDArray query, NDArray key, float scale) {
        return Scalars.times(query, scale).matMul(key.transpose(0, 1, 3, 2));
    }

    @Override
    public NDArray attend(
            NDArray query, NDArray key, NDArray value, AttentionMask<NDArray> mask, ScoreScale scale, float dropout) {
        return dropout(attentionWeights(query, key, mask, scale), dropout).matMul(shared(value, query));
    }

    @Override
    public NDArray distances(NDArray x, KeyValueCache<NDArray> past, Parameter rows) {
        return IndexArrays.distances(x, length(past), value(rows, x));
    }

    @Override
    public NDArray relativeBias(NDArray rows, Parameter table) {
        return Embedding.embedding(rows, value(table, rows), SparseFormat.DENSE)
                .singletonOrThrow() // (T, S, H)
                .transpose(2, 0, 1)
                .expandDims(0);
    }

    @Override
    public NDArray pick(NDArray x, NDArray columns) {
        return IndexArrays.pick(x, columns);
    }

    @Override
    public NDArray swapQueriesAndKeys(NDArray x) {
        return x.transpose(0, 1, 3, 2);
    }

    @Override
    public NDArray sequence(Parameter table, NDArray like) {
        NDArray rows = value(table, like).expandDims(0);
        rows.attach(like.getManager());
        return rows;
    }

    /** Repeats each key or value head for the query heads that share it (grouped-query attention, Ainslie et al. 2023). */
    static NDArray shared(NDArray heads, NDArray query) {
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

    @Override
    public NDArray pool(NDArray x, NDArray keep, TokenPool pool) {
        return switch (pool) {
            case LAST -> lastKept(x, keep);
            case MEAN -> {
                NDArray weights = keep.toType(x.getDataType(), false)
                        .reshape(-1, x.getShape().get(1));
                yield weighted(x, weights.div(weights.sum(new int[] {1}, true)));
            }
            case MAX -> {
                NDArray kept = keep.toType(x.getDataType(), false)
                        .reshape(-1, x.getShape().get(1), 1);
                yield x.mul(kept).add(kept.sub(1).mul(BEYOND_ALL)).max(new int[] {1});
            }
        };
    }

    private static NDArray lastKept(NDArray x, NDArray keep) {
        long tokens = x.getShape().get(1);
        NDArray places = x.getManager().arange(0f, tokens, 1f).reshape(1, tokens);
        NDArray kept = keep.toType(DataType.FLOAT32, false).reshape(-1, tokens).mul(places); // (B, T)
        NDArray last = places.eq(kept.max(new int[] {1}, true)).toType(x.getDataType(), false);
        return weighted(x, last);
    }

    /** The sum of each row's tokens with their weights (B, T). */
    private static NDArray weighted(NDArray x, NDArray weights) {
        return weights.expandDims(1)
                .matMul(x)
                .reshape(x.getShape().get(0), x.getShape().get(2));
    }

    @Override
    public NDArray zeroUnkept(NDArray x, NDArray keep) {
        return x.mul(
                keep.toType(x.getDataType(), false).reshape(-1, x.getShape().get(1), 1));
    }

    @Override
    public NDArray feature(NDArray x, int index) {
        return x.get(new NDIndex().addAllDim().addAllDim().addIndices(index));
    }

    final NDArray value(Parameter parameter, NDArray like) {
        return parameterStore.getValue(parameter, like.getDevice(), training);
    }
}
