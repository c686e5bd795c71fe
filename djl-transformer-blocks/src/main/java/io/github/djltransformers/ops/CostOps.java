package io.github.djltransformers.ops;

import static io.github.djltransformers.ops.CostTally.size;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;

/**
 * Interprets a block as what it costs to run forward, without dropout. Shapes and their errors are those of
 * {@link ShapeOps}.
 *
 * <p>The count is a floor: every operation of {@link TensorOps} reads its arguments once and writes its result once, what
 * arises inside it never leaves the processor (attention's scores are not written), and what an addressing of memory can
 * give moves nothing (heads split and merged, one token taken, old rows of a cache that grows). A score that a mask hides
 * counts as any other. FLOPs are as {@link Cost} defines them; n is the number of elements of the operation's result:
 *
 * <ul>
 *   <li>linear: {@code 2 n in} of matrix product; n for the bias
 *   <li>attentionWeights: {@code 2 B H T S Dh} of matrix product; {@code B H T Dh} to scale the queries; and for each of
 *       the {@code B H T S} scores 5 of softmax (maximum, difference, exp, sum, quotient), 1 for a score bias, 1 where
 *       queries without keys become zeros
 *   <li>attend: attentionWeights, and {@code 2 B H T S Dv} of matrix product
 *   <li>layerNorm: 6 n (mean 1, difference 1, variance 2, division by the deviation 1, gamma 1), n for beta; numbers that
 *       arise once a row are left out
 *   <li>rmsNorm: 4 n (square, mean, division, gamma)
 *   <li>activate: n for a function's value, and 1 more for each product or sum around it
 *   <li>add, multiply, scale, addPositions, zeroUnkept, biased: n; rotate: 3 for each feature turned
 *   <li>rotaryAngles: a product, a cosine and a sine for each angle; pool: 1 for each element it reads, and n, but none for the
 *       last token
 *   <li>attentionMask: 2 n (the score, and whether a query has a key); spanMask: n, and 2 n more with a keepMask
 *   <li>similarity: {@code 2 n Dh} of matrix product, and the queries' elements to scale them; a soft cap: 3 a score
 *   <li>all others: none
 * </ul>
 *
 * <p>Parameters and floating-point tensors have the element type given at construction, whatever the inputs say; ids have
 * their own or, where it is unknown, INT64; a keepMask has one byte an element.
 *
 * <p>An instance adds up all that it is applied to. Applied by hand it measures parts of a model, such as one step of
 * cached decoding: {@code model.decode(ops, ids, state)}, then {@link #cost}.
 */
public final class CostOps implements TensorOps<TensorShape> {
    private final ShapeOps shapes = new ShapeOps();
    private final CostTally tally;

    /** Counts FLOAT32 elements. */
    public CostOps() {
        this(DataType.FLOAT32);
    }

    /**
     * @param type of parameters and of floating-point tensors
     */
    public CostOps(DataType type) {
        if (!type.isFloating()) {
            throw new IllegalArgumentException("CostOps: type must be of a floating type, got " + type.name());
        }
        tally = new CostTally(type.getNumOfBytes());
    }

    /**
     * The cost of a function on inputs of FLOAT32 and INT64.
     *
     * @param inputs as the function documents them, null for an optional one that is absent
     * @throws IllegalArgumentException if they do not fit the function
     */
    public static Cost of(TensorFunction function, Shape... inputs) {
        return of(
                function,
                Arrays.stream(inputs)
                        .map(shape -> shape == null ? null : new TensorShape(shape, null))
                        .toList());
    }

    /**
     * The cost of a function on inputs of known types; floating-point elements count as FLOAT32.
     *
     * @param inputs as the function documents them, null for an optional one that is absent
     * @throws IllegalArgumentException if they do not fit the function
     */
    public static Cost of(TensorFunction function, List<TensorShape> inputs) {
        CostOps ops = new CostOps();
        function.apply(ops, inputs);
        return ops.cost();
    }

    /** The cost of all operations so far. */
    public Cost cost() {
        return tally.cost();
    }

    @Override
    public ArgumentCheck<TensorShape> check(String owner) {
        return shapes.check(owner);
    }

    @Override
    public TensorShape linear(TensorShape x, Parameter weight, Parameter bias) {
        TensorShape result = shapes.linear(x, weight, bias);
        tally.matmul(2 * size(result) * weight.getShape().get(1));
        tally.read(weight);
        if (bias != null) {
            tally.flops(size(result));
            tally.read(bias);
        }
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape embedding(TensorShape ids, Parameter table) {
        TensorShape result = shapes.embedding(ids, table);
        tally.read(table, size(result));
        tally.ids(ids);
        tally.activations(size(result));
        return result;
    }

    @Override
    public TensorShape addPositions(TensorShape x, Parameter table, TokenPositions<TensorShape> positions, int offset) {
        TensorShape result = shapes.addPositions(x, table, positions, offset);
        tally.flops(size(result));
        tally.read(table, x.shape().get(1) * table.getShape().get(1));
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape addTypes(TensorShape x, Parameter table, TensorShape types) {
        TensorShape result = shapes.addTypes(x, table, types);
        tally.flops(size(result));
        tally.read(table);
        if (types != null) {
            tally.ids(types);
        }
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape countKept(TensorShape keep, TensorShape ids) {
        return shapes.countKept(keep, ids);
    }

    @Override
    public TensorShape differs(TensorShape ids, long id) {
        return shapes.differs(ids, id);
    }

    @Override
    public TensorShape equalTo(TensorShape ids, long id) {
        return shapes.equalTo(ids, id);
    }

    @Override
    public TensorShape extendKept(TensorShape keep, TensorShape ids) {
        return shapes.extendKept(keep, ids);
    }

    @Override
    public RotaryAngles<TensorShape> rotaryAngles(
            TensorShape x, TokenPositions<TensorShape> positions, RotaryConfig rotary) {
        RotaryAngles<TensorShape> angles = shapes.rotaryAngles(x, positions, rotary);
        tally.flops(3 * size(angles.cosines()) / 2);
        tally.activations(2 * size(angles.cosines()));
        return angles;
    }

    @Override
    public TensorShape rotate(TensorShape heads, int headSize, RotaryAngles<TensorShape> angles) {
        TensorShape result = shapes.rotate(heads, headSize, angles);
        tally.flops(3 * size(heads) / heads.shape().get(3) * angles.size());
        tally.activations(size(heads) + size(result) + 2 * size(angles.cosines()));
        return result;
    }

    @Override
    public TensorShape rmsNorm(TensorShape x, Parameter gamma, float offset, float epsilon) {
        TensorShape result = shapes.rmsNorm(x, gamma, offset, epsilon);
        tally.flops(4 * size(result));
        tally.read(gamma);
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape layerNorm(TensorShape x, Parameter gamma, Parameter beta, float epsilon) {
        TensorShape result = shapes.layerNorm(x, gamma, beta, epsilon);
        tally.flops(6 * size(result));
        tally.read(gamma);
        if (beta != null) {
            tally.flops(size(result));
            tally.read(beta);
        }
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape activate(TensorShape x, ActivationFunction function) {
        TensorShape result = shapes.activate(x, function);
        tally.flops(size(result) * CostTally.flops(function));
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape dropout(TensorShape x, float rate) {
        return shapes.dropout(x, rate);
    }

    @Override
    public TensorShape add(TensorShape a, TensorShape b) {
        TensorShape result = shapes.add(a, b);
        tally.flops(size(result));
        tally.activations(size(a) + size(b) + size(result));
        return result;
    }

    @Override
    public TensorShape multiply(TensorShape a, TensorShape b) {
        TensorShape result = shapes.multiply(a, b);
        tally.flops(size(result));
        tally.activations(size(a) + size(b) + size(result));
        return result;
    }

    @Override
    public TensorShape scale(TensorShape x, float factor) {
        TensorShape result = shapes.scale(x, factor);
        tally.flops(size(result));
        tally.activations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape splitHeads(TensorShape x, int heads) {
        return shapes.splitHeads(x, heads);
    }

    @Override
    public TensorShape mergeHeads(TensorShape x) {
        return shapes.mergeHeads(x);
    }

    @Override
    public AttentionMask<TensorShape> attentionMask(TensorShape keepMask, TensorShape like) {
        AttentionMask<TensorShape> mask = shapes.attentionMask(keepMask, like);
        if (mask != null) {
            tally.flops(2 * size(mask.scoreBias()));
            tally.bytes(size(keepMask));
            tally.activations(size(mask));
        }
        return mask;
    }

    @Override
    public AttentionMask<TensorShape> spanMask(
            TensorShape keepMask, TensorShape like, KeyValueCache<TensorShape> past, AttentionSpan span) {
        long queries = like.shape().get(1);
        long keys = queries + (past == null ? 0 : past.keys().shape().get(2));
        if (span.reachesAll(keys, queries)) {
            return attentionMask(keepMask, like);
        }
        AttentionMask<TensorShape> mask = shapes.spanMask(keepMask, like, past, span);
        if (mask != null) {
            tally.flops((keepMask == null ? 1 : 3) * size(mask.scoreBias()));
            tally.bytes(keepMask == null ? 0 : size(keepMask));
            tally.activations(size(mask));
        }
        return mask;
    }

    @Override
    public AttentionMask<TensorShape> biased(AttentionMask<TensorShape> mask, TensorShape bias) {
        AttentionMask<TensorShape> result = shapes.biased(mask, bias);
        if (mask != null) {
            tally.flops(size(result.scoreBias()));
            tally.activations(size(mask.scoreBias()) + size(bias) + size(result.scoreBias()));
        }
        return result;
    }

    @Override
    public TensorShape distances(TensorShape x, KeyValueCache<TensorShape> past, Parameter rows) {
        return shapes.distances(x, past, rows);
    }

    @Override
    public TensorShape relativeBias(TensorShape rows, Parameter table) {
        TensorShape result = shapes.relativeBias(rows, table);
        tally.read(table, size(result));
        tally.ids(rows);
        tally.activations(size(result));
        return result;
    }

    @Override
    public TensorShape pick(TensorShape x, TensorShape columns) {
        TensorShape result = shapes.pick(x, columns);
        tally.ids(columns);
        tally.activations(2 * size(result));
        return result;
    }

    @Override
    public TensorShape similarity(TensorShape query, TensorShape key, float scale) {
        TensorShape result = shapes.similarity(query, key, scale);
        tally.matmul(2 * size(result) * query.shape().get(3));
        tally.flops(size(query));
        tally.activations(size(query) + size(key) + size(result));
        return result;
    }

    @Override
    public TensorShape swapQueriesAndKeys(TensorShape x) {
        return shapes.swapQueriesAndKeys(x);
    }

    @Override
    public TensorShape sequence(Parameter table, TensorShape like) {
        tally.read(table);
        return shapes.sequence(table, like);
    }

    @Override
    public TensorShape attentionWeights(
            TensorShape query, TensorShape key, AttentionMask<TensorShape> mask, ScoreScale scale) {
        TensorShape result = shapes.attentionWeights(query, key, mask, scale);
        tally.scores(query, key, mask, scale);
        tally.activations(size(query) + size(key) + size(mask) + size(result));
        return result;
    }

    @Override
    public TensorShape attend(
            TensorShape query,
            TensorShape key,
            TensorShape value,
            AttentionMask<TensorShape> mask,
            ScoreScale scale,
            float dropout) {
        TensorShape result = shapes.attend(query, key, value, mask, scale, dropout);
        tally.scores(query, key, mask, scale);
        tally.matmul(2 * size(result) * key.shape().get(2));
        tally.activations(size(query) + size(key) + size(value) + size(mask) + size(result));
        return result;
    }

    @Override
    public KeyValueCache<TensorShape> append(KeyValueCache<TensorShape> past, TensorShape keys, TensorShape values) {
        if (past != null) {
            tally.activations(2 * (size(keys) + size(values)));
        }
        return shapes.append(past, keys, values);
    }

    @Override
    public TensorShape selectRows(TensorShape x, TensorShape rows) {
        TensorShape result = shapes.selectRows(x, rows);
        tally.ids(rows);
        tally.activations(2 * size(result));
        return result;
    }

    @Override
    public TensorShape token(TensorShape x, int index) {
        return shapes.token(x, index);
    }

    @Override
    public TensorShape pool(TensorShape x, TensorShape keep, TokenPool pool) {
        TensorShape result = shapes.pool(x, keep, pool);
        if (pool != TokenPool.LAST) {
            tally.flops(size(x) + size(result));
            tally.activations(size(x) + size(result));
        }
        return result;
    }

    @Override
    public TensorShape zeroUnkept(TensorShape x, TensorShape keep) {
        tally.flops(size(x));
        tally.activations(2 * size(x));
        return shapes.zeroUnkept(x, keep);
    }

    @Override
    public TensorShape feature(TensorShape x, int index) {
        return shapes.feature(x, index);
    }
}
