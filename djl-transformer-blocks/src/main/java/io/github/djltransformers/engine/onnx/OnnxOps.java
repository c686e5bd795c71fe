package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPool;
import io.github.djltransformers.ops.TokenPositions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Interprets a block as nodes of an ONNX graph, of standard operators of version {@link #VERSION} alone.
 *
 * <p>Sizes are looked at when the graph runs, so that one serves all. Tokens are rows of a matrix for as long as nothing asks for
 * their axes, as a linear map of a matrix is one operator, {@code Gemm}, that takes a weight as it is stored.
 */
sealed class OnnxOps implements TensorOps<OnnxValue> permits OrtOps {
    /** The version of the operators: the first with layer normalisation. */
    static final int VERSION = 17;

    private static final Map<String, String> AXES =
            Map.of("B", "batch", "T", "length", "S", "source_length", "P", "past_length");
    private static final Map<String, Object> AXIS_0 = Map.of("axis", 0L);

    final OnnxGraph graph;
    private final OnnxMasks masks;
    final OnnxPositions places;
    private final Map<String, Long> vocabularies = new HashMap<>();

    /** For the name of each value that was looked up in a table, the number of rows of the smallest such table. */
    Map<String, Long> vocabularies() {
        return Map.copyOf(vocabularies);
    }

    OnnxOps(OnnxGraph graph) {
        this.graph = graph;
        masks = new OnnxMasks(graph);
        places = new OnnxPositions(graph, masks);
    }

    /** What a block says of its arguments is what the graph says of its inputs; nothing else is checked. */
    @Override
    public ArgumentCheck<OnnxValue> check(String owner) {
        return new ArgumentCheck<>() {
            @Override
            public ArgumentCheck<OnnxValue> expect(String argument, OnnxValue value, Kind kind, Object... dimensions) {
                if (value != null && kind != null) {
                    graph.expect(value, OnnxType.of(kind), axes(dimensions));
                }
                return this;
            }
        };
    }

    /** A size that may be one or another has no name. */
    private static List<String> axes(Object... dimensions) {
        return Stream.of(dimensions)
                .map(Object::toString)
                .map(name -> name.contains("|") ? "" : AXES.getOrDefault(name, name))
                .toList();
    }

    /**
     * The tensor with its own axes.
     *
     * @param x as a matrix or not
     */
    OnnxValue unfolded(OnnxValue x) {
        if (!x.isMatrix()) {
            return x;
        }
        OnnxValue sizes =
                x.single() ? graph.numbers(0, 1, -1) : graph.node("Concat", AXIS_0, x.leading(), graph.numbers(-1));
        return graph.node("Reshape", x, sizes).withHeads(x.heads()).withSingle(x.single());
    }

    /** The tensor as a matrix of so many columns. */
    OnnxValue matrix(OnnxValue x, long columns) {
        if (x.isMatrix()) {
            return x;
        }
        OnnxValue leading = graph.node("Shape", Map.of("end", -1L), x);
        return graph.node("Reshape", x, graph.numbers(-1, columns))
                .asMatrixOf(leading)
                .withSingle(x.single());
    }

    @Override
    public OnnxValue linear(OnnxValue x, Parameter weight, Parameter bias) {
        OnnxValue rows = matrix(x, weight.getShape().get(1));
        OnnxValue shift = bias == null ? null : graph.parameter(bias);
        return graph.node("Gemm", Map.of("transB", 1L), rows, graph.parameter(weight), shift)
                .like(rows);
    }

    @Override
    public OnnxValue embedding(OnnxValue ids, Parameter table) {
        vocabularies.merge(ids.name(), table.getShape().get(0), Math::min);
        OnnxValue rows = graph.node("Gather", graph.parameter(table), ids).withSingle(ids.single());
        return matrix(rows, table.getShape().get(1));
    }

    @Override
    public OnnxValue addPositions(OnnxValue x, Parameter table, TokenPositions<OnnxValue> positions, int offset) {
        OnnxValue at = positions.explicit() == null ? places.of(x, positions.past()) : positions.explicit();
        OnnxValue shifted = offset == 0 ? at : graph.node("Add", at, graph.number(offset));
        return added(x, graph.node("Gather", graph.parameter(table), shifted), table);
    }

    /** To each row of x what may have fewer of its leading axes. */
    private OnnxValue added(OnnxValue x, OnnxValue more, Parameter table) {
        OnnxValue sum = graph.node("Add", unfolded(x), more).withSingle(x.single());
        return matrix(sum, table.getShape().get(1));
    }

    @Override
    public OnnxValue addTypes(OnnxValue x, Parameter table, OnnxValue types) {
        OnnxValue type = types == null ? graph.number(0) : types;
        return added(x, graph.node("Gather", graph.parameter(table), type), table);
    }

    @Override
    public OnnxValue countKept(OnnxValue keep, OnnxValue ids) {
        return places.countKept(keep, ids);
    }

    /**
     * The mask of tokens that ones tell.
     *
     * @param ones (B, T) INT64, 0 for what is not kept
     * @return (B, 1, 1, T) BOOL
     */
    OnnxValue tokensWhere(OnnxValue ones) {
        return differs(ones, 0);
    }

    @Override
    public OnnxValue differs(OnnxValue ids, long id) {
        return graph.node("Not", equalTo(ids, id));
    }

    @Override
    public OnnxValue equalTo(OnnxValue ids, long id) {
        return places.widened(graph.node("Equal", ids, graph.number(id)), 1, 2);
    }

    @Override
    public OnnxValue extendKept(OnnxValue keep, OnnxValue ids) {
        OnnxValue more = places.widened(graph.node("Equal", ids, ids), 1, 2);
        return graph.node("Concat", Map.of("axis", 3L), keep, more);
    }

    @Override
    public RotaryAngles<OnnxValue> rotaryAngles(OnnxValue x, TokenPositions<OnnxValue> positions, RotaryConfig rotary) {
        return places.angles(x, positions, rotary);
    }

    @Override
    public OnnxValue rotate(OnnxValue heads, int headSize, RotaryAngles<OnnxValue> angles) {
        return places.rotate(heads, headSize, angles).like(heads);
    }

    @Override
    public OnnxValue layerNorm(OnnxValue x, Parameter gamma, Parameter beta, float epsilon) {
        OnnxValue shift = beta == null ? null : graph.parameter(beta);
        return graph.node(
                        "LayerNormalization", Map.of("axis", -1L, "epsilon", epsilon), x, graph.parameter(gamma), shift)
                .like(x);
    }

    @Override
    public OnnxValue rmsNorm(OnnxValue x, Parameter gamma, float offset, float epsilon) {
        OnnxValue squares = graph.node("Pow", x, graph.scalar(2));
        OnnxValue mean = graph.node("ReduceMean", Map.of("axes", List.of(-1L), "keepdims", 1L), squares);
        OnnxValue root = graph.node("Sqrt", graph.node("Add", mean, graph.scalar(epsilon)));
        OnnxValue weight = graph.parameter(gamma);
        OnnxValue scale = offset == 0 ? weight : graph.node("Add", weight, graph.scalar(offset));
        return graph.node("Mul", graph.node("Div", x, root), scale).like(x);
    }

    @Override
    public OnnxValue activate(OnnxValue x, ActivationFunction function) {
        return OnnxActivations.of(graph, x, function).like(x);
    }

    @Override
    public OnnxValue dropout(OnnxValue x, float rate) {
        return x;
    }

    @Override
    public OnnxValue add(OnnxValue a, OnnxValue b) {
        return both("Add", a, b);
    }

    @Override
    public OnnxValue multiply(OnnxValue a, OnnxValue b) {
        return both("Mul", a, b);
    }

    private OnnxValue both(String operator, OnnxValue a, OnnxValue b) {
        return a.isMatrix() && b.isMatrix()
                ? graph.node(operator, a, b).like(a)
                : graph.node(operator, unfolded(a), unfolded(b)).withSingle(a.single());
    }

    @Override
    public OnnxValue scale(OnnxValue x, float factor) {
        return graph.node("Mul", x, graph.scalar(factor)).like(x);
    }

    @Override
    public OnnxValue splitHeads(OnnxValue x, int heads) {
        if (x.isMatrix() && x.single()) {
            return graph.node("Reshape", x, graph.numbers(0, heads, 1, -1))
                    .withHeads(heads)
                    .withSingle(true);
        }
        OnnxValue sizes = x.isMatrix()
                ? graph.node("Concat", AXIS_0, x.leading(), graph.numbers(heads, -1))
                : graph.numbers(0, 0, heads, -1);
        return swapTimeAndHeads(graph.node("Reshape", x, sizes))
                .withHeads(heads)
                .withSingle(x.single());
    }

    @Override
    public OnnxValue mergeHeads(OnnxValue x) {
        if (x.single()) {
            return graph.node("Reshape", x, graph.numbers(0, 1, -1)).withSingle(true);
        }
        return graph.node("Reshape", swapTimeAndHeads(x), graph.numbers(0, 0, -1));
    }

    private OnnxValue swapTimeAndHeads(OnnxValue x) {
        return graph.node("Transpose", Map.of("perm", List.of(0L, 2L, 1L, 3L)), x);
    }

    @Override
    public AttentionMask<OnnxValue> attentionMask(OnnxValue keepMask, OnnxValue like) {
        return masks.kept(keepMask);
    }

    @Override
    public AttentionMask<OnnxValue> spanMask(
            OnnxValue keepMask, OnnxValue like, KeyValueCache<OnnxValue> past, AttentionSpan span) {
        boolean lastOnly = like.single() && span.before() == AttentionSpan.UNBOUNDED;
        if (span.equals(AttentionSpan.ALL) || lastOnly) {
            return masks.kept(keepMask);
        }
        return masks.banded(keepMask, places.band(like, past, span));
    }

    @Override
    public AttentionMask<OnnxValue> biased(AttentionMask<OnnxValue> mask, OnnxValue bias) {
        return masks.biased(mask, bias);
    }

    @Override
    public OnnxValue distances(OnnxValue x, KeyValueCache<OnnxValue> past, Parameter rows) {
        return places.distances(x, past, rows);
    }

    @Override
    public OnnxValue relativeBias(OnnxValue rows, Parameter table) {
        OnnxValue looked = graph.node("Gather", graph.parameter(table), rows); // (T, S, H)
        return places.widened(graph.node("Transpose", Map.of("perm", List.of(2L, 0L, 1L)), looked), 0);
    }

    @Override
    public OnnxValue pick(OnnxValue x, OnnxValue columns) {
        return places.pick(x, columns);
    }

    @Override
    public OnnxValue similarity(OnnxValue query, OnnxValue key, float scale) {
        return graph.node("Mul", graph.node("MatMul", query, swapQueriesAndKeys(key)), graph.scalar(scale));
    }

    @Override
    public OnnxValue swapQueriesAndKeys(OnnxValue x) {
        return graph.node("Transpose", Map.of("perm", List.of(0L, 1L, 3L, 2L)), x);
    }

    @Override
    public OnnxValue sequence(Parameter table, OnnxValue like) {
        return places.widened(graph.parameter(table), 0);
    }

    @Override
    public OnnxValue attentionWeights(OnnxValue query, OnnxValue key, AttentionMask<OnnxValue> mask, ScoreScale scale) {
        OnnxValue scores = similarity(query, shared(key, query), scale.factor()); // (B, H, T, S)
        if (scale.capped()) {
            OnnxValue tanh = graph.node("Tanh", graph.node("Div", scores, graph.scalar(scale.softCap())));
            scores = graph.node("Mul", tanh, graph.scalar(scale.softCap()));
        }
        return mask == null
                ? softmax(scores)
                : masks.attendable(softmax(graph.node("Add", scores, mask.scoreBias())), mask);
    }

    private OnnxValue softmax(OnnxValue x) {
        return graph.node("Softmax", Map.of("axis", -1L), x);
    }

    @Override
    public OnnxValue attend(
            OnnxValue query,
            OnnxValue key,
            OnnxValue value,
            AttentionMask<OnnxValue> mask,
            ScoreScale scale,
            float dropout) {
        if (key.shared()) {
            OnnxValue attended = attend(gathered(query, key), key.unshared(), value.unshared(), mask, scale, dropout);
            return graph.node("Reshape", swapTimeAndHeads(attended), graph.numbers(-1, query.heads(), 1, 0))
                    .like(query);
        }
        if (query.single() && key.heads() > 0 && key.heads() < query.heads() && !masks.isByHead(mask)) {
            // One token's heads that share a key attend as so many tokens of one head, without copies of the keys.
            OnnxValue heads = graph.node("Reshape", query, graph.numbers(0, key.heads(), -1, 0));
            OnnxValue attended = attend(heads.withHeads(key.heads()), key, value, mask, scale, dropout);
            return graph.node("Reshape", attended, graph.numbers(0, query.heads(), 1, 0))
                    .like(query);
        }
        OnnxValue weights = attentionWeights(query, key, mask, scale);
        return graph.node("MatMul", weights, shared(value, query)).like(query);
    }

    /** (B K, H, 1, Dh) to (B, H, K, Dh): the K rows that share one of the keys attend as the tokens of one sequence. */
    private OnnxValue gathered(OnnxValue query, OnnxValue key) {
        OnnxValue rows = graph.node("Shape", Map.of("start", 0L, "end", 1L), key);
        OnnxValue sizes = graph.node("Concat", AXIS_0, rows, graph.numbers(-1, query.heads(), 0));
        return swapTimeAndHeads(graph.node("Reshape", query, sizes)).withHeads(query.heads());
    }

    /** Repeats each key or value head for the query heads that share it: query head h takes {@code floor(h Hkv / H)}. */
    private OnnxValue shared(OnnxValue heads, OnnxValue query) {
        if (heads.heads() > 0 && heads.heads() == query.heads()) {
            return heads;
        }
        OnnxValue count = places.size(query, 1);
        OnnxValue range = graph.node("Range", graph.number(0), count, graph.number(1));
        OnnxValue index = graph.node("Div", graph.node("Mul", range, places.size(heads, 1)), count);
        return graph.node("Gather", Map.of("axis", 1L), heads, index);
    }

    @Override
    public KeyValueCache<OnnxValue> append(KeyValueCache<OnnxValue> past, OnnxValue keys, OnnxValue values) {
        return past == null
                ? new KeyValueCache<>(keys, values)
                : new KeyValueCache<>(append(past.keys(), keys), append(past.values(), values));
    }

    private OnnxValue append(OnnxValue past, OnnxValue more) {
        return graph.node("Concat", Map.of("axis", 2L), past, more).withHeads(more.heads());
    }

    @Override
    public OnnxValue selectRows(OnnxValue x, OnnxValue rows) {
        return graph.node("Gather", unfolded(x), rows).withHeads(x.heads());
    }

    @Override
    public OnnxValue token(OnnxValue x, int index) {
        return graph.node("Gather", Map.of("axis", 1L), unfolded(x), graph.number(index));
    }

    @Override
    public OnnxValue pool(OnnxValue x, OnnxValue keep, TokenPool pool) {
        return switch (pool) {
            case LAST -> places.lastKept(unfolded(x), keep);
            case MEAN -> places.meanKept(unfolded(x), keep);
            case MAX -> places.maxKept(unfolded(x), keep);
        };
    }

    @Override
    public OnnxValue zeroUnkept(OnnxValue x, OnnxValue keep) {
        return graph.node("Where", places.tokenColumn(keep), unfolded(x), graph.scalar(0))
                .withSingle(x.single());
    }

    @Override
    public OnnxValue feature(OnnxValue x, int index) {
        return graph.node("Gather", Map.of("axis", 2L), unfolded(x), graph.number(index));
    }
}
