package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * Interprets a block as shapes: gives output shapes, and the errors that name the argument, the rule and what came, before
 * any tensor is touched.
 */
public final class ShapeOps implements TensorOps<TensorShape> {
    @Override
    public ArgumentCheck<TensorShape> check(String owner) {
        return new ShapeCheck(owner);
    }

    @Override
    public TensorShape linear(TensorShape x, Parameter weight, Parameter bias) {
        int last = x.shape().dimension() - 1;
        requireSize("linear", x, last, weight.getShape().get(1));
        long[] dimensions = x.shape().getShape().clone();
        dimensions[last] = weight.getShape().get(0);
        return x.withShape(dimensions);
    }

    @Override
    public TensorShape embedding(TensorShape ids, Parameter table) {
        check("embedding").expect("ids", ids, ArgumentCheck.Kind.INTEGER, "B", "T");
        return new TensorShape(
                ids.shape().add(table.getShape().get(1)), ids.dataType() == null ? null : DataType.FLOAT32);
    }

    @Override
    public TensorShape addPositions(TensorShape x, Parameter table, KeyValueCache<TensorShape> past) {
        long cached = past == null ? 0 : past.keys().shape().get(2);
        requirePositions(cached + x.shape().get(1), table.getShape().get(0));
        return x;
    }

    static void requirePositions(long length, long maximum) {
        if (length > maximum) {
            throw new IllegalArgumentException("addPositions: sequence length must be at most " + maximum
                    + " (the position table), got " + length + "; shorten the input or configure a longer maxLength");
        }
    }

    @Override
    public TensorShape layerNorm(TensorShape x, Parameter gamma, Parameter beta, float epsilon) {
        requireSize("layerNorm", x, x.shape().dimension() - 1, gamma.getShape().get(0));
        return x;
    }

    @Override
    public TensorShape activate(TensorShape x, ActivationFunction function) {
        return x;
    }

    @Override
    public TensorShape dropout(TensorShape x, float rate) {
        return x;
    }

    @Override
    public TensorShape add(TensorShape a, TensorShape b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("add: b must be " + a.shape() + ", got " + b);
        }
        return a;
    }

    @Override
    public TensorShape scale(TensorShape x, float factor) {
        return x;
    }

    @Override
    public TensorShape splitHeads(TensorShape x, int heads) {
        Shape shape = x.shape();
        return x.withShape(shape.get(0), heads, shape.get(1), shape.get(2) / heads);
    }

    @Override
    public TensorShape mergeHeads(TensorShape x) {
        Shape shape = x.shape();
        return x.withShape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
    }

    @Override
    public AttentionMask<TensorShape> attentionMask(TensorShape keepMask, TensorShape like) {
        return keepMask == null ? null : prepared(keepMask.shape(), like);
    }

    @Override
    public AttentionMask<TensorShape> causalMask(TensorShape keepMask, TensorShape like) {
        long length = like.shape().get(1);
        if (keepMask == null) {
            return prepared(new Shape(1, 1, length, length), like);
        }
        check("causalMask").expect("keepMask", keepMask, ArgumentCheck.Kind.BOOLEAN, "B", "H", "1|" + length, length);
        Shape shape = keepMask.shape();
        return prepared(new Shape(shape.get(0), shape.get(1), length, length), like);
    }

    private static AttentionMask<TensorShape> prepared(Shape shape, TensorShape like) {
        return new AttentionMask<>(
                new TensorShape(shape, like.dataType()), like.withShape(shape.get(0), shape.get(1), shape.get(2), 1));
    }

    @Override
    public TensorShape attentionWeights(
            TensorShape query, TensorShape key, AttentionMask<TensorShape> mask, float scale) {
        long queryHeads = query.shape().get(1);
        long keyHeads = key.shape().get(1);
        if (keyHeads == 0 || queryHeads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    "attentionWeights: key heads must divide the " + queryHeads + " query heads, got " + keyHeads);
        }
        ArgumentCheck<TensorShape> check = check("attentionWeights")
                .expect("query", query, ArgumentCheck.Kind.FLOAT, "B", "H", "T", "Dh")
                .expect("key", key, ArgumentCheck.Kind.FLOAT, "B", keyHeads, "S", "Dh");
        if (mask != null) {
            check.expect("mask", mask.scoreBias(), ArgumentCheck.Kind.FLOAT, "1|B", "1|H", "1|T", "S");
        }
        return query.withShape(
                query.shape().get(0),
                queryHeads,
                query.shape().get(2),
                key.shape().get(2));
    }

    @Override
    public TensorShape attend(
            TensorShape query,
            TensorShape key,
            TensorShape value,
            AttentionMask<TensorShape> mask,
            float scale,
            float dropout) {
        Shape weights = attentionWeights(query, key, mask, scale).shape();
        check("attend")
                .expect(
                        "value",
                        value,
                        ArgumentCheck.Kind.FLOAT,
                        weights.get(0),
                        key.shape().get(1),
                        weights.get(3),
                        "Dv");
        return query.withShape(
                weights.get(0), weights.get(1), weights.get(2), value.shape().get(3));
    }

    @Override
    public KeyValueCache<TensorShape> append(KeyValueCache<TensorShape> past, TensorShape keys, TensorShape values) {
        if (past == null) {
            return new KeyValueCache<>(keys, values);
        }
        return new KeyValueCache<>(longer(past.keys(), keys), longer(past.values(), values));
    }

    private static TensorShape longer(TensorShape past, TensorShape next) {
        Shape shape = past.shape();
        return past.withShape(
                shape.get(0), shape.get(1), shape.get(2) + next.shape().get(2), shape.get(3));
    }

    @Override
    public TensorShape selectRows(TensorShape x, TensorShape rows) {
        long[] dimensions = x.shape().getShape().clone();
        dimensions[0] = rows.shape().get(0);
        return x.withShape(dimensions);
    }

    @Override
    public TensorShape token(TensorShape x, int index) {
        if (index >= x.shape().get(1)) {
            throw new IllegalArgumentException("token: index must be below the sequence length "
                    + x.shape().get(1) + ", got " + index);
        }
        return x.withShape(x.shape().get(0), x.shape().get(2));
    }

    private static void requireSize(String operation, TensorShape x, int axis, long size) {
        if (x.shape().get(axis) != size) {
            throw new IllegalArgumentException(operation + ": the last axis of x must be " + size + ", got " + x);
        }
    }
}
