package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

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
 *   <li>activate: n for RELU and TANH; 2 n for GELU and SWISH, a function's value and a product
 *   <li>add, scale, addPositions: n
 *   <li>attentionMask: 2 n (the score, and whether a query has a key); causalMask: n, and 2 n more with a keepMask
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
    private final int elementBytes;
    private final Set<Parameter> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private Cost cost = Cost.NONE;

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
        elementBytes = type.getNumOfBytes();
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
        return cost;
    }

    @Override
    public ArgumentCheck<TensorShape> check(String owner) {
        return shapes.check(owner);
    }

    @Override
    public TensorShape linear(TensorShape x, Parameter weight, Parameter bias) {
        TensorShape result = shapes.linear(x, weight, bias);
        countMatmul(2 * size(result) * weight.getShape().get(1));
        countRead(weight);
        if (bias != null) {
            countFlops(size(result));
            countRead(bias);
        }
        countActivations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape embedding(TensorShape ids, Parameter table) {
        TensorShape result = shapes.embedding(ids, table);
        countRead(table, size(result));
        countIds(ids);
        countActivations(size(result));
        return result;
    }

    @Override
    public TensorShape addPositions(TensorShape x, Parameter table, KeyValueCache<TensorShape> past) {
        TensorShape result = shapes.addPositions(x, table, past);
        countFlops(size(result));
        countRead(table, x.shape().get(1) * table.getShape().get(1));
        countActivations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape layerNorm(TensorShape x, Parameter gamma, Parameter beta, float epsilon) {
        TensorShape result = shapes.layerNorm(x, gamma, beta, epsilon);
        countFlops(6 * size(result));
        countRead(gamma);
        if (beta != null) {
            countFlops(size(result));
            countRead(beta);
        }
        countActivations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape activate(TensorShape x, ActivationFunction function) {
        TensorShape result = shapes.activate(x, function);
        countFlops(size(result)
                * switch (function) {
                    case RELU, TANH -> 1;
                    case GELU, SWISH -> 2;
                });
        countActivations(size(x) + size(result));
        return result;
    }

    @Override
    public TensorShape dropout(TensorShape x, float rate) {
        return shapes.dropout(x, rate);
    }

    @Override
    public TensorShape add(TensorShape a, TensorShape b) {
        TensorShape result = shapes.add(a, b);
        countFlops(size(result));
        countActivations(size(a) + size(b) + size(result));
        return result;
    }

    @Override
    public TensorShape scale(TensorShape x, float factor) {
        TensorShape result = shapes.scale(x, factor);
        countFlops(size(result));
        countActivations(size(x) + size(result));
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
            countFlops(2 * size(mask.scoreBias()));
            countBytes(size(keepMask));
            countActivations(size(mask));
        }
        return mask;
    }

    @Override
    public AttentionMask<TensorShape> causalMask(TensorShape keepMask, TensorShape like) {
        AttentionMask<TensorShape> mask = shapes.causalMask(keepMask, like);
        if (keepMask == null) {
            countFlops(size(mask.scoreBias()));
            // Every query sees itself: nothing is to be turned into zeros.
            AttentionMask<TensorShape> triangle = new AttentionMask<>(mask.scoreBias(), null);
            countActivations(size(triangle));
            return triangle;
        }
        countFlops(3 * size(mask.scoreBias()));
        countBytes(size(keepMask));
        countActivations(size(mask));
        return mask;
    }

    @Override
    public TensorShape attentionWeights(
            TensorShape query, TensorShape key, AttentionMask<TensorShape> mask, float scale) {
        TensorShape result = shapes.attentionWeights(query, key, mask, scale);
        countScores(query, key, mask);
        countActivations(size(query) + size(key) + size(mask) + size(result));
        return result;
    }

    @Override
    public TensorShape attend(
            TensorShape query,
            TensorShape key,
            TensorShape value,
            AttentionMask<TensorShape> mask,
            float scale,
            float dropout) {
        TensorShape result = shapes.attend(query, key, value, mask, scale, dropout);
        countScores(query, key, mask);
        countMatmul(2 * size(result) * key.shape().get(2));
        countActivations(size(query) + size(key) + size(value) + size(mask) + size(result));
        return result;
    }

    private void countScores(TensorShape query, TensorShape key, AttentionMask<TensorShape> mask) {
        long keys = key.shape().get(2);
        countMatmul(2 * size(query) * keys);
        long scores = query.shape().slice(0, 3).size() * keys; // B H T S
        long masking = mask == null ? 0 : mask.attendable() == null ? 1 : 2;
        countFlops(size(query) + (5 + masking) * scores);
    }

    @Override
    public KeyValueCache<TensorShape> append(KeyValueCache<TensorShape> past, TensorShape keys, TensorShape values) {
        if (past != null) {
            countActivations(2 * (size(keys) + size(values)));
        }
        return shapes.append(past, keys, values);
    }

    @Override
    public TensorShape selectRows(TensorShape x, TensorShape rows) {
        TensorShape result = shapes.selectRows(x, rows);
        countIds(rows);
        countActivations(2 * size(result));
        return result;
    }

    @Override
    public TensorShape token(TensorShape x, int index) {
        return shapes.token(x, index);
    }

    private static long size(TensorShape x) {
        return x.shape().size();
    }

    private static long size(AttentionMask<TensorShape> mask) {
        if (mask == null) {
            return 0;
        }
        return size(mask.scoreBias()) + (mask.attendable() == null ? 0 : size(mask.attendable()));
    }

    private void countMatmul(long flops) {
        cost = cost.plus(new Cost(0, flops, 0, 0, 0));
    }

    private void countFlops(long flops) {
        cost = cost.plus(new Cost(0, 0, flops, 0, 0));
    }

    private void countRead(Parameter parameter) {
        countRead(parameter, parameter.getShape().size());
    }

    private void countRead(Parameter parameter, long elements) {
        long fresh = used.add(parameter) ? parameter.getShape().size() : 0;
        cost = cost.plus(new Cost(fresh, 0, 0, elements * elementBytes, 0));
    }

    private void countActivations(long elements) {
        countBytes(elements * elementBytes);
    }

    private void countIds(TensorShape ids) {
        DataType type = ids.dataType() == null ? DataType.INT64 : ids.dataType();
        countBytes(size(ids) * type.getNumOfBytes());
    }

    private void countBytes(long bytes) {
        cost = cost.plus(new Cost(0, 0, 0, 0, bytes));
    }
}
