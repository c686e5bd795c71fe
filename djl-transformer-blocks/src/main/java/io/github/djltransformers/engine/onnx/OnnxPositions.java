package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TokenPositions;
import java.util.List;
import java.util.Map;

/** The operations about places, distances and kept tokens, as nodes of a graph. Places are INT64. */
final class OnnxPositions {
    /** Added to what is not to be the greatest: far below any feature, and within float32. */
    private static final double BEYOND_ALL = -1e30;

    private final OnnxGraph graph;
    private final OnnxMasks masks;
    private OnnxValue length; // of the past, where its caches have room for more, else null

    OnnxPositions(OnnxGraph graph, OnnxMasks masks) {
        this.graph = graph;
        this.masks = masks;
    }

    /**
     * Tells how many tokens caches hold, which then have room for more.
     *
     * @param tokens a number without an axis
     */
    void tellLength(OnnxValue tokens) {
        length = tokens;
    }

    private OnnxValue length(KeyValueCache<OnnxValue> past) {
        return length == null ? size(past.keys(), 2) : length;
    }

    /** The size of an axis but the last, a number without an axis. */
    OnnxValue size(OnnxValue x, int axis) {
        OnnxValue sizes = x.isMatrix() ? x.leading() : graph.node("Shape", x);
        return graph.node("Gather", sizes, graph.number(axis));
    }

    private OnnxValue tokens(OnnxValue x) {
        return x.single() ? graph.number(1) : size(x, 1);
    }

    private OnnxValue range(OnnxValue from, OnnxValue to) {
        return graph.node("Range", from, to, graph.number(1));
    }

    private OnnxValue end(OnnxValue x, KeyValueCache<OnnxValue> past) {
        return past == null ? tokens(x) : graph.node("Add", length(past), tokens(x));
    }

    /** (T), the places of the new tokens. */
    OnnxValue of(OnnxValue x, KeyValueCache<OnnxValue> past) {
        return range(past == null ? graph.number(0) : length(past), end(x, past));
    }

    /** (T, S), the place of each key less that of each query. */
    private OnnxValue apart(OnnxValue x, KeyValueCache<OnnxValue> past) {
        OnnxValue keys = range(graph.number(0), end(x, past));
        return graph.node("Sub", keys, widened(of(x, past), 1));
    }

    /** (T, S) BOOL, where a query reaches a key. */
    OnnxValue band(OnnxValue x, KeyValueCache<OnnxValue> past, AttentionSpan span) {
        OnnxValue apart = apart(x, past);
        OnnxValue band = graph.node("LessOrEqual", apart, graph.number(span.after()));
        return span.before() == AttentionSpan.UNBOUNDED
                ? band
                : graph.node("And", band, graph.node("GreaterOrEqual", apart, graph.number(-span.before())));
    }

    /** (T, S), the row of each distance. */
    OnnxValue distances(OnnxValue x, KeyValueCache<OnnxValue> past, Parameter rows) {
        long reach = rows.getShape().get(0) / 2;
        OnnxValue clipped = graph.node("Clip", apart(x, past), graph.number(-reach), graph.number(reach));
        OnnxValue index = graph.node("Add", clipped, graph.number(reach));
        return whole(graph.node("Gather", graph.parameter(rows), index));
    }

    private OnnxValue whole(OnnxValue x) {
        return graph.node("Cast", Map.of("to", OnnxType.INT64.number()), x);
    }

    OnnxValue pick(OnnxValue x, OnnxValue columns) {
        OnnxValue rows = graph.node("Shape", Map.of("start", 0L, "end", 2L), x);
        OnnxValue sizes = graph.node("Concat", Map.of("axis", 0L), rows, graph.node("Shape", columns));
        return graph.node("GatherElements", Map.of("axis", 3L), x, graph.node("Expand", columns, sizes));
    }

    /**
     * (B, T), the number of kept tokens before each.
     *
     * @param keep (B, 1, 1, S)
     */
    OnnxValue countKept(OnnxValue keep, OnnxValue ids) {
        OnnxValue kept = whole(graph.node("Squeeze", keep, graph.numbers(1, 2)));
        OnnxValue counts = graph.node("CumSum", kept, graph.number(1));
        OnnxValue first = graph.node("Neg", widened(tokens(ids), 0));
        OnnxValue last = graph.node("Slice", counts, first, graph.numbers(Long.MAX_VALUE), graph.numbers(1));
        OnnxValue before = graph.node("Sub", last, graph.number(1));
        return graph.node("Max", before, graph.number(0)).withSingle(ids.single());
    }

    /** With axes of one more. */
    OnnxValue widened(OnnxValue x, long... axes) {
        return graph.node("Unsqueeze", x, graph.numbers(axes));
    }

    private OnnxValue floats(OnnxValue x) {
        return graph.node("Cast", Map.of("to", OnnxType.FLOAT.number()), x);
    }

    RotaryAngles<OnnxValue> angles(OnnxValue x, TokenPositions<OnnxValue> positions, RotaryConfig rotary) {
        OnnxValue places = positions.explicit() == null
                ? widened(floats(of(x, positions.past())), 0, 1, 3)
                : widened(floats(positions.explicit()), 1, 3);
        OnnxValue angles = graph.node("Mul", places, frequencies(x, positions, rotary)); // (1|B, 1, T, R/2)
        return new RotaryAngles<>(
                twice(graph.node("Cos", angles), rotary), twice(graph.node("Sin", angles), rotary), rotary.size());
    }

    private OnnxValue frequencies(OnnxValue x, TokenPositions<OnnxValue> positions, RotaryConfig rotary) {
        List<Long> sizes = List.of(1L, 1L, 1L, rotary.size() / 2L);
        if (!rotary.dynamic()) {
            return graph.floats(sizes, rotary.frequencies(0));
        }
        // base^-e with a base that grows by max(1, stretch)^(R / (R - 2)), in logarithms.
        double factor = rotary.scaling().factor();
        OnnxValue length = floats(end(x, positions.past()));
        OnnxValue stretch = graph.node(
                "Sub",
                graph.node("Mul", length, graph.scalar(factor / rotary.scaling().originalLength())),
                graph.scalar(factor - 1));
        OnnxValue grown = graph.node("Log", graph.node("Max", stretch, graph.scalar(1)));
        OnnxValue logBase = graph.node(
                "Add",
                graph.node("Mul", grown, graph.scalar(rotary.size() / (rotary.size() - 2.0))),
                graph.scalar(Math.log(rotary.base())));
        float[] exponents = new float[rotary.size() / 2];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = -(float) (2 * i) / rotary.size();
        }
        return graph.node("Exp", graph.node("Mul", graph.floats(sizes, exponents), logBase));
    }

    private OnnxValue twice(OnnxValue wave, RotaryConfig rotary) {
        OnnxValue scaled = rotary.magnitude() == 1 ? wave : graph.node("Mul", wave, graph.scalar(rotary.magnitude()));
        return beside(scaled, scaled);
    }

    private OnnxValue beside(OnnxValue a, OnnxValue b) {
        return graph.node("Concat", Map.of("axis", -1L), a, b);
    }

    OnnxValue rotate(OnnxValue heads, int headSize, RotaryAngles<OnnxValue> angles) {
        int size = angles.size();
        OnnxValue first = features(heads, 0, size / 2);
        OnnxValue second = features(heads, size / 2, size);
        OnnxValue swapped = beside(graph.node("Neg", second), first);
        OnnxValue turned = size == headSize ? heads : features(heads, 0, size);
        OnnxValue rotated = graph.node(
                "Add", graph.node("Mul", turned, angles.cosines()), graph.node("Mul", swapped, angles.sines()));
        return size == headSize ? rotated : beside(rotated, features(heads, size, headSize));
    }

    private OnnxValue features(OnnxValue heads, int from, int to) {
        return graph.node("Slice", heads, graph.numbers(from), graph.numbers(to), graph.numbers(3));
    }

    /**
     * @param x (B, T, D)
     * @param keep (B, 1, 1, T)
     */
    OnnxValue lastKept(OnnxValue x, OnnxValue keep) {
        OnnxValue places =
                floats(range(graph.number(0), graph.node("Gather", graph.node("Shape", x), graph.number(1))));
        OnnxValue kept = graph.node("Mul", tokenNumbers(keep), places); // (B, T)
        OnnxValue last = graph.node("ReduceMax", Map.of("axes", List.of(1L), "keepdims", 1L), kept);
        return weighted(x, floats(graph.node("Equal", places, last)));
    }

    /**
     * @param x (B, T, D)
     * @param keep (B, 1, 1, T)
     */
    OnnxValue meanKept(OnnxValue x, OnnxValue keep) {
        OnnxValue weights = tokenNumbers(keep);
        OnnxValue sum = graph.node("ReduceSum", Map.of("keepdims", 1L), weights, graph.numbers(1));
        return weighted(x, graph.node("Div", weights, sum));
    }

    /**
     * @param x (B, T, D)
     * @param keep (B, 1, 1, T)
     */
    OnnxValue maxKept(OnnxValue x, OnnxValue keep) {
        OnnxValue masked = graph.node("Where", tokenColumn(keep), x, graph.scalar(BEYOND_ALL));
        return graph.node("ReduceMax", Map.of("axes", List.of(1L), "keepdims", 0L), masked);
    }

    /** (B, T, 1) BOOL. */
    OnnxValue tokenColumn(OnnxValue keep) {
        return graph.node("Reshape", keep, graph.numbers(0, -1, 1));
    }

    private OnnxValue tokenNumbers(OnnxValue keep) {
        return masks.numbers(graph.node("Squeeze", keep, graph.numbers(1, 2)));
    }

    /** The sum of each row's tokens with their weights (B, T). */
    private OnnxValue weighted(OnnxValue x, OnnxValue weights) {
        return graph.node("Squeeze", graph.node("MatMul", widened(weights, 1), x), graph.numbers(1));
    }
}
