package io.github.djltransformers.engine.mxnet;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.ArgumentCheck;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets a block as nodes of an MXNet symbol graph, one or a few for each operation.
 *
 * <p>Sizes are looked at when the program runs (reshape codes, operators that take the shape of another tensor), so that one
 * program serves all. MXNet clamps ids outside a table silently: {@link #vocabularies} says which inputs to look at first.
 */
final class MxSymbolOps implements TensorOps<MxValue> {
    /** As {@link io.github.djltransformers.ops.NDArrayOps} masks. */
    private static final float MASKED = 1e9f;

    private final MxGraph graph = new MxGraph();
    private final Map<MxValue, Long> vocabularies = new HashMap<>();

    MxGraph graph() {
        return graph;
    }

    /** For each value that was looked up in a table, the number of rows of the smallest such table. */
    Map<MxValue, Long> vocabularies() {
        return Map.copyOf(vocabularies);
    }

    /** The program with these outputs. */
    MxProgramSource source(List<MxValue> outputs) {
        return new MxProgramSource(graph.json(outputs), graph.inputCount(), graph.parameters());
    }

    /** Arguments were checked as shapes before the program runs. */
    @Override
    public ArgumentCheck<MxValue> check(String owner) {
        return new ArgumentCheck<>() {
            @Override
            public ArgumentCheck<MxValue> expect(String argument, MxValue value, Kind kind, Object... dimensions) {
                return this;
            }
        };
    }

    @Override
    public MxValue linear(MxValue x, Parameter weight, Parameter bias) {
        MxValue matrix = graph.parameter(weight);
        MxValue[] arguments =
                bias == null ? new MxValue[] {x, matrix} : new MxValue[] {x, matrix, graph.parameter(bias)};
        Map<String, ?> attributes = Map.of(
                "num_hidden", weight.getShape().get(0), "no_bias", bias == null ? "True" : "False", "flatten", "False");
        return graph.node("FullyConnected", attributes, arguments).withSingle(x.single());
    }

    @Override
    public MxValue embedding(MxValue ids, Parameter table) {
        long rows = table.getShape().get(0);
        vocabularies.merge(ids, rows, Math::min);
        Map<String, ?> attributes =
                Map.of("input_dim", rows, "output_dim", table.getShape().get(1));
        return graph.node("Embedding", attributes, ids, graph.parameter(table)).withSingle(ids.single());
    }

    @Override
    public MxValue addPositions(MxValue x, Parameter table, KeyValueCache<MxValue> past) {
        MxValue rows = graph.parameter(table);
        MxValue added = past == null
                ? graph.node("slice_like", Map.of("axes", "(1,)"), reshape(rows, "(-4, 1, -1, 0)"), x) // (1, T, D)
                : graph.node("take", Map.of("axis", 0, "mode", "raise"), rows, positions(x, past)); // (T, D)
        return graph.node("broadcast_add", x, added).withSingle(x.single());
    }

    /** (T), the numbers from the length of the past. */
    private MxValue positions(MxValue x, KeyValueCache<MxValue> past) {
        MxValue from = size(past.keys(), 2);
        return x.single() ? from : graph.node("broadcast_add", from, range(x, 1));
    }

    /** (1) FLOAT32, the size of an axis. */
    private MxValue size(MxValue x, int axis) {
        MxValue sizes = graph.node("shape_array", x);
        MxValue one = graph.node("slice_axis", Map.of("axis", 0, "begin", axis, "end", axis + 1), sizes);
        return graph.node("Cast", Map.of("dtype", "float32"), one);
    }

    /** FLOAT32, 0, 1 ... below the size of an axis. */
    private MxValue range(MxValue x, int axis) {
        return graph.node("_contrib_arange_like", Map.of("axis", axis), x);
    }

    @Override
    public MxValue layerNorm(MxValue x, Parameter gamma, Parameter beta, float epsilon) {
        MxValue scale = graph.parameter(gamma);
        MxValue shift = beta == null ? graph.node("zeros_like", scale) : graph.parameter(beta);
        return graph.node("LayerNorm", Map.of("axis", -1, "eps", epsilon), x, scale, shift)
                .withSingle(x.single());
    }

    @Override
    public MxValue activate(MxValue x, ActivationFunction function) {
        MxValue active = switch (function) {
            case RELU -> graph.node("Activation", Map.of("act_type", "relu"), x);
            case GELU -> graph.node("LeakyReLU", Map.of("act_type", "gelu"), x);
            case SWISH -> graph.node("elemwise_mul", x, graph.node("sigmoid", x));
            case TANH -> graph.node("tanh", x);
        };
        return active.withSingle(x.single());
    }

    @Override
    public MxValue dropout(MxValue x, float rate) {
        return x;
    }

    @Override
    public MxValue add(MxValue a, MxValue b) {
        return graph.node("elemwise_add", a, b).withSingle(a.single());
    }

    @Override
    public MxValue scale(MxValue x, float factor) {
        return graph.node("_mul_scalar", Map.of("scalar", factor), x)
                .withHeads(x.heads())
                .withSingle(x.single());
    }

    @Override
    public MxValue splitHeads(MxValue x, int heads) {
        if (x.single()) {
            return reshape(x, "(0, %d, 1, -1)".formatted(heads))
                    .withHeads(heads)
                    .withSingle(true);
        }
        return swapTimeAndHeads(reshape(x, "(0, 0, %d, -1)".formatted(heads))).withHeads(heads);
    }

    @Override
    public MxValue mergeHeads(MxValue x) {
        return x.single() ? reshape(x, "(0, 1, -1)").withSingle(true) : reshape(swapTimeAndHeads(x), "(0, 0, -3)");
    }

    private MxValue swapTimeAndHeads(MxValue x) {
        return graph.node("transpose", Map.of("axes", "(0, 2, 1, 3)"), x);
    }

    @Override
    public AttentionMask<MxValue> attentionMask(MxValue keepMask, MxValue like) {
        return keepMask == null ? null : prepared(numbers(keepMask));
    }

    @Override
    public AttentionMask<MxValue> causalMask(MxValue keepMask, MxValue like) {
        MxValue positions = range(like, 1);
        MxValue triangle = graph.node(
                "broadcast_greater_equal",
                reshape(positions, "(1, 1, -1, 1)"),
                reshape(positions, "(1, 1, 1, -1)")); // (1, 1, T, T)
        return keepMask == null
                ? new AttentionMask<>(scoreBias(triangle), null)
                : prepared(graph.node("broadcast_mul", numbers(keepMask), triangle));
    }

    private MxValue numbers(MxValue keepMask) {
        return graph.node("Cast", Map.of("dtype", "float32"), keepMask);
    }

    private AttentionMask<MxValue> prepared(MxValue keep) {
        MxValue attendable = graph.node("max", Map.of("axis", "(3,)", "keepdims", "True"), keep);
        return new AttentionMask<>(scoreBias(keep), attendable);
    }

    private MxValue scoreBias(MxValue keep) {
        return graph.node(
                "_mul_scalar", Map.of("scalar", MASKED), graph.node("_minus_scalar", Map.of("scalar", 1), keep));
    }

    @Override
    public MxValue attentionWeights(MxValue query, MxValue key, AttentionMask<MxValue> mask, float scale) {
        MxValue scores = graph.node(
                "_linalg_gemm2",
                Map.of("transpose_b", "True", "alpha", scale),
                query,
                shared(key, query)); // (B, H, T, S)
        return mask == null
                ? softmax(scores)
                : attendable(softmax(graph.node("broadcast_add", scores, mask.scoreBias())), mask);
    }

    private MxValue softmax(MxValue x) {
        return graph.node("softmax", Map.of("axis", -1), x);
    }

    private MxValue attendable(MxValue x, AttentionMask<MxValue> mask) {
        return mask.attendable() == null ? x : graph.node("broadcast_mul", x, mask.attendable());
    }

    @Override
    public MxValue attend(
            MxValue query, MxValue key, MxValue value, AttentionMask<MxValue> mask, float scale, float dropout) {
        if (key.beams() > 1) {
            MxValue gathered = gatherBeams(query, key.beams());
            MxValue attended = attend(gathered, key.withBeams(1), value, mask, scale, dropout);
            return spreadBeams(attended).withHeads(query.heads()).withSingle(true);
        }
        MxValue weights = attentionWeights(query, key, mask, scale);
        return graph.node("_linalg_gemm2", weights, shared(value, query))
                .withHeads(query.heads())
                .withSingle(query.single());
    }

    /** (B K, H, 1, Dh) to (B, H, K, Dh): the K beams of a row attend as the tokens of one sequence. */
    private MxValue gatherBeams(MxValue query, int beams) {
        return swapTimeAndHeads(reshape(query, "(-4, -1, %d, 0, -3)".formatted(beams)))
                .withHeads(query.heads());
    }

    /** The inverse of {@link #gatherBeams}. */
    private MxValue spreadBeams(MxValue attended) {
        return reshape(swapTimeAndHeads(attended), "(-3, 0, 1, -1)");
    }

    /** Repeats each key or value head for the query heads that share it: query head h takes {@code floor(h Hkv / H)}. */
    private MxValue shared(MxValue heads, MxValue query) {
        if (heads.heads() > 0 && heads.heads() == query.heads()) {
            return heads;
        }
        MxValue scaled = graph.node("broadcast_mul", range(query, 1), size(heads, 1));
        MxValue index = graph.node("floor", graph.node("broadcast_div", scaled, size(query, 1)));
        return graph.node("take", Map.of("axis", 1, "mode", "clip"), heads, index);
    }

    @Override
    public KeyValueCache<MxValue> append(KeyValueCache<MxValue> past, MxValue keys, MxValue values) {
        return past == null
                ? new KeyValueCache<>(keys, values)
                : new KeyValueCache<>(append(past.keys(), keys), append(past.values(), values));
    }

    private MxValue append(MxValue past, MxValue more) {
        return graph.node("Concat", Map.of("dim", 2, "num_args", 2), past, more).withHeads(more.heads());
    }

    @Override
    public MxValue selectRows(MxValue x, MxValue rows) {
        return graph.node("take", Map.of("axis", 0, "mode", "raise"), x, rows).withHeads(x.heads());
    }

    @Override
    public MxValue token(MxValue x, int index) {
        MxValue one = graph.node("slice_axis", Map.of("axis", 1, "begin", index, "end", index + 1), x);
        return reshape(one, "(0, -1)");
    }

    private MxValue reshape(MxValue x, String codes) {
        return graph.node("Reshape", Map.of("shape", codes), x);
    }
}
