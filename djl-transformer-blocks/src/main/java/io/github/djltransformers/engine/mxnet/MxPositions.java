package io.github.djltransformers.engine.mxnet;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.TokenPositions;
import java.util.Map;

/** The operations about places, distances and kept tokens, as nodes of a graph. Masks are numbers 0 and 1. */
final class MxPositions {
    private final MxSymbolOps ops;
    private final MxGraph graph;

    MxPositions(MxSymbolOps ops, MxGraph graph) {
        this.ops = ops;
        this.graph = graph;
    }

    /** (T) FLOAT32, the places of the new tokens. */
    MxValue of(MxValue x, KeyValueCache<MxValue> past) {
        if (past == null) {
            return ops.range(x, 1);
        }
        MxValue from = ops.size(past.keys(), 2);
        return x.single() ? from : graph.node("broadcast_add", from, ops.range(x, 1));
    }

    /** (S) FLOAT32, the places of all tokens. */
    private MxValue ofKeys(MxValue x, KeyValueCache<MxValue> past) {
        return past == null
                ? ops.range(x, 1)
                : graph.node("Concat", Map.of("dim", 0, "num_args", 2), ops.range(past.keys(), 2), of(x, past));
    }

    /** (T, S), the place of each key less that of each query. */
    private MxValue apart(MxValue x, KeyValueCache<MxValue> past) {
        return graph.node("broadcast_sub", reshape(ofKeys(x, past), "(1, -1)"), reshape(of(x, past), "(-1, 1)"));
    }

    /** (1, 1, T, S), 1 where a query reaches a key. */
    MxValue band(MxValue x, KeyValueCache<MxValue> past, AttentionSpan span) {
        MxValue apart = apart(x, past);
        MxValue band = graph.node("_lesser_equal_scalar", Map.of("scalar", span.after()), apart);
        if (span.before() != AttentionSpan.UNBOUNDED) {
            band = graph.node(
                    "elemwise_mul", band, graph.node("_greater_equal_scalar", Map.of("scalar", -span.before()), apart));
        }
        return reshape(band, "(-4, 1, -1, 0)", "(-4, 1, -1, 0, 0)");
    }

    /** (T, S), the row of each distance. */
    MxValue distances(MxValue x, KeyValueCache<MxValue> past, Parameter rows) {
        long reach = rows.getShape().get(0) / 2;
        MxValue clipped = graph.node("clip", Map.of("a_min", -reach, "a_max", reach), apart(x, past));
        MxValue index = graph.node("_plus_scalar", Map.of("scalar", reach), clipped);
        return graph.node("take", Map.of("axis", 0, "mode", "clip"), graph.parameter(rows), index);
    }

    /** Picks by a flat index of 64 bits, since numbers of 32 are not exact in large arrays. */
    MxValue pick(MxValue x, MxValue columns) {
        MxValue first = graph.node("slice_axis", Map.of("axis", 3, "begin", 0, "end", 1), x); // (B, H, T, 1)
        MxValue row = whole(graph.node("_contrib_arange_like", first));
        MxValue width = graph.node("slice_axis", Map.of("axis", 0, "begin", 3, "end", 4), graph.node("shape_array", x));
        MxValue begin = graph.node("broadcast_mul", row, reshape(width, "(1, 1, 1, 1)"));
        MxValue column = reshape(whole(columns), "(-4, 1, -1, 0)", "(-4, 1, -1, 0, 0)"); // (1, 1, T, S)
        return graph.node(
                "take",
                Map.of("axis", 0, "mode", "clip"),
                reshape(x, "(-1,)"),
                graph.node("broadcast_add", begin, column));
    }

    private MxValue whole(MxValue x) {
        return graph.node("Cast", Map.of("dtype", "int64"), x);
    }

    /**
     * (B, T), the number of kept tokens before each.
     *
     * @param keep (B, 1, 1, S)
     */
    MxValue countKept(MxValue keep, MxValue ids) {
        MxValue counts = graph.node("_np_cumsum", Map.of("axis", 1), reshape(keep, "(0, -1)"));
        MxValue last =
                ids.single() ? graph.node("slice_axis", Map.of("axis", 1, "begin", -1, "end", "None"), counts) : counts;
        MxValue before = graph.node("_minus_scalar", Map.of("scalar", 1), last);
        return graph.node("_maximum_scalar", Map.of("scalar", 0), before).withSingle(ids.single());
    }

    RotaryAngles<MxValue> angles(MxValue x, TokenPositions<MxValue> positions, RotaryConfig rotary) {
        MxValue places = positions.explicit() == null
                ? reshape(of(x, positions.past()), "(1, 1, -1, 1)")
                : reshape(graph.node("Cast", Map.of("dtype", "float32"), positions.explicit()), "(0, 1, -1, 1)");
        MxValue angles = graph.node("broadcast_mul", places, frequencies(x, positions, rotary)); // (1|B, 1, T, R/2)
        return new RotaryAngles<>(
                twice(graph.node("cos", angles), rotary), twice(graph.node("sin", angles), rotary), rotary.size());
    }

    private MxValue frequencies(MxValue x, TokenPositions<MxValue> positions, RotaryConfig rotary) {
        if (!rotary.dynamic()) {
            return constants(rotary.frequencies(0));
        }
        // base^-e with a base that grows by max(1, stretch)^(R / (R - 2)), in logarithms.
        double factor = rotary.scaling().factor();
        MxValue length = ops.size(x, 1);
        MxValue all = positions.past() == null
                ? length
                : graph.node("broadcast_add", length, ops.size(positions.past().keys(), 2));
        MxValue stretch = graph.node(
                "_minus_scalar",
                Map.of("scalar", factor - 1),
                graph.node(
                        "_mul_scalar",
                        Map.of("scalar", factor / rotary.scaling().originalLength()),
                        all));
        MxValue grown = graph.node("log", graph.node("_maximum_scalar", Map.of("scalar", 1), stretch));
        MxValue logBase = graph.node(
                "_plus_scalar",
                Map.of("scalar", Math.log(rotary.base())),
                graph.node("_mul_scalar", Map.of("scalar", rotary.size() / (rotary.size() - 2.0)), grown));
        float[] exponents = new float[rotary.size() / 2];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = -(float) (2 * i) / rotary.size();
        }
        return graph.node("exp", graph.node("broadcast_mul", constants(exponents), reshape(logBase, "(1, 1, 1, 1)")));
    }

    /** (1, 1, 1, N): graphs have no literal arrays. */
    private MxValue constants(float... numbers) {
        MxValue[] parts = new MxValue[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            parts[i] = graph.node(
                    "_full", Map.of("shape", "(1, 1, 1, 1)", "value", (double) numbers[i], "dtype", "float32"));
        }
        return graph.node("Concat", Map.of("dim", 3, "num_args", numbers.length), parts);
    }

    private MxValue twice(MxValue wave, RotaryConfig rotary) {
        MxValue scaled =
                rotary.magnitude() == 1 ? wave : graph.node("_mul_scalar", Map.of("scalar", rotary.magnitude()), wave);
        return graph.node("Concat", Map.of("dim", 3, "num_args", 2), scaled, scaled);
    }

    MxValue rotate(MxValue heads, int headSize, RotaryAngles<MxValue> angles) {
        int size = angles.size();
        MxValue first = features(heads, 0, size / 2);
        MxValue second = features(heads, size / 2, size);
        MxValue swapped = graph.node("Concat", Map.of("dim", 3, "num_args", 2), graph.node("negative", second), first);
        MxValue rotated = graph.node(
                "elemwise_add",
                graph.node("broadcast_mul", features(heads, 0, size), angles.cosines()),
                graph.node("broadcast_mul", swapped, angles.sines()));
        return size == headSize
                ? rotated
                : graph.node("Concat", Map.of("dim", 3, "num_args", 2), rotated, features(heads, size, headSize));
    }

    private MxValue features(MxValue heads, int from, int to) {
        return graph.node("slice_axis", Map.of("axis", 3, "begin", from, "end", to), heads);
    }

    /**
     * @param keep (B, 1, 1, T)
     */
    MxValue lastKept(MxValue x, MxValue keep) {
        MxValue places = reshape(ops.range(x, 1), "(1, -1)");
        MxValue kept = graph.node("broadcast_mul", reshape(keep, "(0, -1)"), places); // (B, T)
        MxValue last = graph.node("max", Map.of("axis", "(1,)", "keepdims", "True"), kept);
        return weighted(x, graph.node("broadcast_equal", places, last));
    }

    /**
     * @param keep (B, 1, 1, T)
     */
    MxValue meanKept(MxValue x, MxValue keep) {
        MxValue weights = reshape(keep, "(0, -1)");
        MxValue sum = graph.node("sum", Map.of("axis", "(1,)", "keepdims", "True"), weights);
        return weighted(x, graph.node("broadcast_div", weights, sum));
    }

    /**
     * @param keep (B, 1, 1, T)
     */
    MxValue maxKept(MxValue x, MxValue keep) {
        MxValue kept = reshape(keep, "(0, -1, 1)");
        MxValue others = graph.node(
                "_mul_scalar", Map.of("scalar", "1e30"), graph.node("_minus_scalar", Map.of("scalar", 1), kept));
        MxValue masked = graph.node("broadcast_add", graph.node("broadcast_mul", x, kept), others);
        return graph.node("max", Map.of("axis", "(1,)"), masked);
    }

    /** The sum of each row's tokens with their weights (B, T). */
    private MxValue weighted(MxValue x, MxValue weights) {
        return reshape(graph.node("batch_dot", reshape(weights, "(0, 1, -1)"), x), "(0, -1)");
    }

    private MxValue reshape(MxValue x, String... codes) {
        MxValue reshaped = x;
        for (String code : codes) {
            reshaped = graph.node("Reshape", Map.of("shape", code), reshaped);
        }
        return reshaped;
    }
}
