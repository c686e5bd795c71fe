package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * Interprets a block as shapes: gives output shapes, and the errors that name the argument, the rule and what came, before
 * any tensor is touched.
 */
public final class ShapeOps implements TensorOps<TensorShape> {
    private final ArgumentCheck<TensorShape> witness;

    public ShapeOps() {
        this(null);
    }

    /**
     * @param witness sees the arguments instead of checking them
     */
    ShapeOps(ArgumentCheck<TensorShape> witness) {
        this.witness = witness;
    }

    @Override
    public ArgumentCheck<TensorShape> check(String owner) {
        return witness == null ? new ShapeCheck(owner) : witness;
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
    public TensorShape addPositions(TensorShape x, Parameter table, TokenPositions<TensorShape> positions, int offset) {
        requireSize("addPositions", x, 2, table.getShape().get(1));
        long length = x.shape().get(1);
        if (positions.explicit() == null) {
            requirePositions(length(positions.past()) + length, table.getShape().get(0) - offset);
        } else {
            check("addPositions")
                    .expect(
                            "positions",
                            positions.explicit(),
                            ArgumentCheck.Kind.INTEGER,
                            x.shape().get(0),
                            length);
        }
        return x;
    }

    @Override
    public TensorShape addTypes(TensorShape x, Parameter table, TensorShape types) {
        requireSize("addTypes", x, 2, table.getShape().get(1));
        check("addTypes")
                .expect(
                        "types",
                        types,
                        ArgumentCheck.Kind.INTEGER,
                        x.shape().get(0),
                        x.shape().get(1));
        return x;
    }

    private static long length(KeyValueCache<TensorShape> past) {
        return past == null ? 0 : past.keys().shape().get(2);
    }

    @Override
    public TensorShape countKept(TensorShape keep, TensorShape ids) {
        check("countKept")
                .expect("ids", ids, ArgumentCheck.Kind.INTEGER, "B", "T")
                .expect("keep", keep, ArgumentCheck.Kind.BOOLEAN, "B", 1, 1, "S");
        return new TensorShape(ids.shape(), known(ids, DataType.INT64));
    }

    private static DataType known(TensorShape like, DataType type) {
        return like.dataType() == null ? null : type;
    }

    @Override
    public TensorShape differs(TensorShape ids, long id) {
        check("differs").expect("ids", ids, ArgumentCheck.Kind.INTEGER, "B", "T");
        return new TensorShape(new Shape(ids.shape().get(0), 1, 1, ids.shape().get(1)), known(ids, DataType.BOOLEAN));
    }

    @Override
    public TensorShape equalTo(TensorShape ids, long id) {
        return differs(ids, id);
    }

    @Override
    public TensorShape extendKept(TensorShape keep, TensorShape ids) {
        check("extendKept")
                .expect("ids", ids, ArgumentCheck.Kind.INTEGER, "B", "T")
                .expect("keep", keep, ArgumentCheck.Kind.BOOLEAN, "B", 1, 1, "S");
        return keep.withShape(
                keep.shape().get(0), 1, 1, keep.shape().get(3) + ids.shape().get(1));
    }

    @Override
    public RotaryAngles<TensorShape> rotaryAngles(
            TensorShape x, TokenPositions<TensorShape> positions, RotaryConfig rotary) {
        long rows = 1;
        if (positions.explicit() != null) {
            rows = x.shape().get(0);
            check("rotaryAngles")
                    .expect(
                            "positions",
                            positions.explicit(),
                            ArgumentCheck.Kind.INTEGER,
                            rows,
                            x.shape().get(1));
        }
        TensorShape wave = x.withShape(rows, 1, x.shape().get(1), rotary.size());
        return new RotaryAngles<>(wave, wave, rotary.size());
    }

    @Override
    public TensorShape rotate(TensorShape heads, int headSize, RotaryAngles<TensorShape> angles) {
        if (heads.shape().get(3) < angles.size()) {
            throw new IllegalArgumentException(
                    "rotate: the heads' size must be at least " + angles.size() + ", got " + heads);
        }
        return heads;
    }

    @Override
    public TensorShape rmsNorm(TensorShape x, Parameter gamma, float offset, float epsilon) {
        requireSize("rmsNorm", x, x.shape().dimension() - 1, gamma.getShape().get(0));
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
    public TensorShape multiply(TensorShape a, TensorShape b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("multiply: b must be " + a.shape() + ", got " + b);
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
    public AttentionMask<TensorShape> spanMask(
            TensorShape keepMask, TensorShape like, KeyValueCache<TensorShape> past, AttentionSpan span) {
        long queries = like.shape().get(1);
        long keys = length(past) + queries;
        if (span.reachesAll(keys, queries)) {
            return attentionMask(keepMask, like);
        }
        if (keepMask == null) {
            return new AttentionMask<>(new TensorShape(new Shape(1, 1, queries, keys), like.dataType()), null);
        }
        check("spanMask").expect("keepMask", keepMask, ArgumentCheck.Kind.BOOLEAN, "B", "H", "1|" + queries, keys);
        Shape shape = keepMask.shape();
        return prepared(new Shape(shape.get(0), shape.get(1), queries, keys), like);
    }

    @Override
    public AttentionMask<TensorShape> biased(AttentionMask<TensorShape> mask, TensorShape bias) {
        if (mask == null) {
            return new AttentionMask<>(bias, null);
        }
        Shape masked = mask.scoreBias().shape();
        long[] dimensions = bias.shape().getShape().clone();
        for (int axis = 0; axis < dimensions.length; axis++) {
            dimensions[axis] = Math.max(dimensions[axis], masked.get(axis));
        }
        return new AttentionMask<>(bias.withShape(dimensions), mask.attendable());
    }

    @Override
    public TensorShape distances(TensorShape x, KeyValueCache<TensorShape> past, Parameter rows) {
        long queries = x.shape().get(1);
        return new TensorShape(new Shape(queries, length(past) + queries), known(x, DataType.INT64));
    }

    @Override
    public TensorShape relativeBias(TensorShape rows, Parameter table) {
        return new TensorShape(
                new Shape(
                        1,
                        table.getShape().get(1),
                        rows.shape().get(0),
                        rows.shape().get(1)),
                known(rows, DataType.FLOAT32));
    }

    @Override
    public TensorShape pick(TensorShape x, TensorShape columns) {
        check("pick")
                .expect("x", x, ArgumentCheck.Kind.FLOAT, "B", "H", "T", "W")
                .expect("columns", columns, ArgumentCheck.Kind.INTEGER, "T", "S");
        Shape shape = x.shape();
        return x.withShape(
                shape.get(0), shape.get(1), shape.get(2), columns.shape().get(1));
    }

    @Override
    public TensorShape similarity(TensorShape query, TensorShape key, float scale) {
        check("similarity")
                .expect("query", query, ArgumentCheck.Kind.FLOAT, "B", "H", "T", "Dh")
                .expect("key", key, ArgumentCheck.Kind.FLOAT, 1, "H", "S", "Dh");
        Shape shape = query.shape();
        return query.withShape(
                shape.get(0), shape.get(1), shape.get(2), key.shape().get(2));
    }

    @Override
    public TensorShape swapQueriesAndKeys(TensorShape x) {
        Shape shape = x.shape();
        return x.withShape(shape.get(0), shape.get(1), shape.get(3), shape.get(2));
    }

    @Override
    public TensorShape sequence(Parameter table, TensorShape like) {
        return new TensorShape(new Shape(1).addAll(table.getShape()), known(like, DataType.FLOAT32));
    }

    private static AttentionMask<TensorShape> prepared(Shape shape, TensorShape like) {
        return new AttentionMask<>(
                new TensorShape(shape, like.dataType()), like.withShape(shape.get(0), shape.get(1), shape.get(2), 1));
    }

    @Override
    public TensorShape attentionWeights(
            TensorShape query, TensorShape key, AttentionMask<TensorShape> mask, ScoreScale scale) {
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
            ScoreScale scale,
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

    @Override
    public TensorShape pool(TensorShape x, TensorShape keep, TokenPool pool) {
        requireKept(x, keep);
        return x.withShape(x.shape().get(0), x.shape().get(2));
    }

    private void requireKept(TensorShape x, TensorShape keep) {
        check("keep")
                .expect("x", x, ArgumentCheck.Kind.FLOAT, "B", "T", "D")
                .expect("keep", keep, ArgumentCheck.Kind.BOOLEAN, "1|B", 1, 1, "T");
    }

    @Override
    public TensorShape zeroUnkept(TensorShape x, TensorShape keep) {
        requireKept(x, keep);
        return x;
    }

    @Override
    public TensorShape feature(TensorShape x, int index) {
        return x.withShape(x.shape().get(0), x.shape().get(1));
    }

    private static void requireSize(String operation, TensorShape x, int axis, long size) {
        if (x.shape().get(axis) != size) {
            throw new IllegalArgumentException(operation + ": the last axis of x must be " + size + ", got " + x);
        }
    }
}
