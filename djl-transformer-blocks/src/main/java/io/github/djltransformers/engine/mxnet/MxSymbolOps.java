package io.github.djltransformers.engine.mxnet;

import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
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

/**
 * Interprets a block as nodes of an MXNet symbol graph, one or a few for each operation.
 *
 * <p>Sizes are looked at when the program runs (reshape codes, operators that take the shape of another tensor), so that one
 * program serves all. MXNet clamps ids outside a table silently: {@link #vocabularies} says which inputs to look at first.
 */
final class MxSymbolOps implements TensorOps<MxValue> {
    private final MxGraph graph = new MxGraph();
    private final MxMasks masks = new MxMasks(graph);
    private final MxPositions places = new MxPositions(this, graph);
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
        return ArgumentCheck.unchecked();
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
    public MxValue addPositions(MxValue x, Parameter table, TokenPositions<MxValue> positions, int offset) {
        MxValue rows = graph.parameter(table);
        Map<String, ?> taking = Map.of("axis", 0, "mode", "raise");
        MxValue added;
        if (positions.explicit() != null) {
            added = graph.node("take", taking, rows, shifted(positions.explicit(), offset)); // (B, T, D)
        } else if (positions.past() == null && offset == 0) {
            added = graph.node("slice_like", Map.of("axes", "(1,)"), reshape(rows, "(-4, 1, -1, 0)"), x); // (1, T, D)
        } else {
            added = graph.node("take", taking, rows, shifted(places.of(x, positions.past()), offset)); // (T, D)
        }
        return graph.node("broadcast_add", x, added).withSingle(x.single());
    }

    private MxValue shifted(MxValue places, int offset) {
        return offset == 0 ? places : graph.node("_plus_scalar", Map.of("scalar", offset), places);
    }

    /** (1) FLOAT32, the size of an axis. */
    MxValue size(MxValue x, int axis) {
        MxValue sizes = graph.node("shape_array", x);
        MxValue one = graph.node("slice_axis", Map.of("axis", 0, "begin", axis, "end", axis + 1), sizes);
        return graph.node("Cast", Map.of("dtype", "float32"), one);
    }

    /** FLOAT32, 0, 1 ... below the size of an axis. */
    MxValue range(MxValue x, int axis) {
        return graph.node("_contrib_arange_like", Map.of("axis", axis), x);
    }

    @Override
    public MxValue layerNorm(MxValue x, Parameter gamma, Parameter beta, float epsilon) {
        MxValue scale = graph.parameter(gamma);
        MxValue shift = beta == null ? graph.node("zeros_like", scale) : graph.parameter(beta);
        return graph.node("LayerNorm", Map.of("axis", -1, "eps", epsilon), x, scale, shift)
                .withHeads(x.heads())
                .withSingle(x.single());
    }

    @Override
    public MxValue activate(MxValue x, ActivationFunction function) {
        return MxActivations.of(graph, x, function).withSingle(x.single());
    }

    private MxValue times(MxValue x, double factor) {
        return graph.node("_mul_scalar", Map.of("scalar", factor), x);
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
            return reshape(x, Text.format("(0, %d, 1, -1)", heads))
                    .withHeads(heads)
                    .withSingle(true);
        }
        return swapTimeAndHeads(reshape(x, Text.format("(0, 0, %d, -1)", heads)))
                .withHeads(heads);
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
        return masks.kept(keepMask);
    }

    @Override
    public AttentionMask<MxValue> spanMask(
            MxValue keepMask, MxValue like, KeyValueCache<MxValue> past, AttentionSpan span) {
        boolean lastOnly = like.single() && span.before() == AttentionSpan.UNBOUNDED;
        if (span.equals(AttentionSpan.ALL) || lastOnly) {
            return masks.kept(keepMask);
        }
        return masks.banded(keepMask, places.band(like, past, span));
    }

    @Override
    public MxValue attentionWeights(MxValue query, MxValue key, AttentionMask<MxValue> mask, ScoreScale scale) {
        MxValue scores = graph.node(
                "_linalg_gemm2",
                Map.of("transpose_b", "True", "alpha", scale.factor()),
                query,
                shared(key, query)); // (B, H, T, S)
        if (scale.capped()) {
            scores = times(graph.node("tanh", times(scores, 1 / scale.softCap())), scale.softCap());
        }
        return mask == null
                ? softmax(scores)
                : masks.attendable(softmax(graph.node("broadcast_add", scores, mask.scoreBias())), mask);
    }

    @Override
    public MxValue addTypes(MxValue x, Parameter table, MxValue types) {
        MxValue added = types == null
                ? graph.node("slice_axis", Map.of("axis", 0, "begin", 0, "end", 1), graph.parameter(table))
                : embedding(types, table);
        return graph.node("broadcast_add", x, added).withSingle(x.single());
    }

    @Override
    public MxValue countKept(MxValue keep, MxValue ids) {
        return places.countKept(masks.numbers(keep), ids);
    }

    @Override
    public MxValue differs(MxValue ids, long id) {
        return tokenMask(graph.node("_not_equal_scalar", Map.of("scalar", id), ids));
    }

    @Override
    public MxValue equalTo(MxValue ids, long id) {
        return tokenMask(graph.node("_equal_scalar", Map.of("scalar", id), ids));
    }

    private MxValue tokenMask(MxValue mask) {
        return reshape(masks.numbers(mask), "(0, 1, 1, -1)");
    }

    @Override
    public MxValue extendKept(MxValue keep, MxValue ids) {
        MxValue more = tokenMask(graph.node("ones_like", ids));
        return graph.node("Concat", Map.of("dim", 3, "num_args", 2), masks.numbers(keep), more);
    }

    @Override
    public RotaryAngles<MxValue> rotaryAngles(MxValue x, TokenPositions<MxValue> positions, RotaryConfig rotary) {
        return places.angles(x, positions, rotary);
    }

    @Override
    public MxValue rotate(MxValue heads, int headSize, RotaryAngles<MxValue> angles) {
        return places.rotate(heads, headSize, angles).withHeads(heads.heads()).withSingle(heads.single());
    }

    @Override
    public MxValue rmsNorm(MxValue x, Parameter gamma, float offset, float epsilon) {
        MxValue mean = graph.node("mean", Map.of("axis", "-1", "keepdims", "True"), graph.node("square", x));
        MxValue root = graph.node("rsqrt", graph.node("_plus_scalar", Map.of("scalar", epsilon), mean));
        MxValue weight = graph.parameter(gamma);
        MxValue scale = offset == 0 ? weight : graph.node("_plus_scalar", Map.of("scalar", offset), weight);
        return graph.node("broadcast_mul", graph.node("broadcast_mul", x, root), scale)
                .withHeads(x.heads())
                .withSingle(x.single());
    }

    @Override
    public MxValue multiply(MxValue a, MxValue b) {
        return graph.node("elemwise_mul", a, b).withSingle(a.single());
    }

    @Override
    public AttentionMask<MxValue> biased(AttentionMask<MxValue> mask, MxValue bias) {
        return masks.biased(mask, bias);
    }

    @Override
    public MxValue distances(MxValue x, KeyValueCache<MxValue> past, Parameter rows) {
        return places.distances(x, past, rows);
    }

    @Override
    public MxValue relativeBias(MxValue rows, Parameter table) {
        Map<String, ?> sizes = Map.of(
                "input_dim",
                table.getShape().get(0),
                "output_dim",
                table.getShape().get(1));
        MxValue looked = graph.node("Embedding", sizes, rows, graph.parameter(table)); // (T, S, H)
        MxValue heads = graph.node("transpose", Map.of("axes", "(2, 0, 1)"), looked);
        return graph.node("expand_dims", Map.of("axis", 0), heads);
    }

    @Override
    public MxValue pick(MxValue x, MxValue columns) {
        return places.pick(x, columns);
    }

    @Override
    public MxValue similarity(MxValue query, MxValue key, float scale) {
        String first = "(0,)";
        MxValue keys = graph.node("broadcast_like", Map.of("lhs_axes", first, "rhs_axes", first), key, query);
        return graph.node("_linalg_gemm2", Map.of("transpose_b", "True", "alpha", scale), query, keys);
    }

    @Override
    public MxValue swapQueriesAndKeys(MxValue x) {
        return graph.node("transpose", Map.of("axes", "(0, 1, 3, 2)"), x);
    }

    @Override
    public MxValue sequence(Parameter table, MxValue like) {
        return graph.node("expand_dims", Map.of("axis", 0), graph.parameter(table));
    }

    @Override
    public MxValue pool(MxValue x, MxValue keep, TokenPool pool) {
        MxValue kept = masks.numbers(keep);
        return switch (pool) {
            case LAST -> places.lastKept(x, kept);
            case MEAN -> places.meanKept(x, kept);
            case MAX -> places.maxKept(x, kept);
        };
    }

    @Override
    public MxValue zeroUnkept(MxValue x, MxValue keep) {
        return graph.node("broadcast_mul", x, reshape(masks.numbers(keep), "(0, -1, 1)"))
                .withSingle(x.single());
    }

    @Override
    public MxValue feature(MxValue x, int index) {
        return reshape(graph.node("slice_axis", Map.of("axis", 2, "begin", index, "end", index + 1), x), "(0, -1)");
    }

    private MxValue softmax(MxValue x) {
        return graph.node("softmax", Map.of("axis", -1), x);
    }

    @Override
    public MxValue attend(
            MxValue query, MxValue key, MxValue value, AttentionMask<MxValue> mask, ScoreScale scale, float dropout) {
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
        return swapTimeAndHeads(reshape(query, Text.format("(-4, -1, %d, 0, -3)", beams)))
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
