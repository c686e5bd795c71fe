package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.ops.ScoreScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Interprets a block as nodes for ONNX Runtime, which has operators of its own for what a transformer repeats: attention of whole heads
 * with what came before, and the normalisation of a sum. What they cannot do is told in standard operators.
 */
final class OrtOps extends OnnxOps {
    /** Of the runtime's own operators. */
    static final String DOMAIN = "com.microsoft";

    /** Sizes of heads that attention in place takes are multiples of this. */
    private static final int HEAD_SIZES = 8;

    /** What a cache grew from. */
    private record Grown(KeyValueCache<OnnxValue> past, KeyValueCache<OnnxValue> more, OnnxValue values) {}

    /**
     * What a step is told where its caches have room for more.
     *
     * @param lengths (B) INT32, how many tokens each row has there
     * @param total () INT32, how many there are with the new one
     */
    record Room(OnnxValue lengths, OnnxValue total) {}

    /**
     * A linear map of a matrix.
     *
     * @param bias null for none
     */
    private record Linear(OnnxValue rows, Parameter weight, Parameter bias) {}

    private record Sum(OnnxValue left, OnnxValue right) {}

    private final Map<String, OnnxValue> whole = new HashMap<>(); // of what is split into heads, the tokens
    private final Map<String, Long> columns = new HashMap<>();
    private final Map<String, Grown> grown = new HashMap<>(); // by the keys
    private final Map<String, Sum> sums = new HashMap<>();
    private final Map<String, Linear> linears = new HashMap<>();
    private final Map<String, OnnxValue> widened = new HashMap<>();
    private OnnxValue sources; // how many rows share their keys with others, once for all layers

    private final boolean quantizes;
    private final boolean copies; // whether the runtime has weights of its own
    private final Room room;

    OrtOps(OnnxGraph graph, CompilationConfig config) {
        this(graph, config, null);
    }

    /**
     * @param room null where caches grow by copies
     */
    OrtOps(OnnxGraph graph, CompilationConfig config, Room room) {
        super(graph);
        quantizes = config.precision() == Precision.INT8;
        copies = quantizes || config.weights() == WeightStorage.PACKED;
        this.room = room;
        if (room != null) {
            OnnxValue total = graph.node("Cast", Map.of("to", OnnxType.INT64.number()), room.total());
            places.tellLength(graph.node("Sub", total, graph.number(1)));
        }
    }

    /** Whether all that was appended to caches with room is written in place, which a graph that gives them such must do. */
    boolean writesInPlace() {
        return grown.isEmpty();
    }

    @Override
    public OnnxValue linear(OnnxValue x, Parameter weight, Parameter bias) {
        OnnxValue rows = matrix(x, weight.getShape().get(1));
        OnnxValue result = quantizes
                ? rounded(rows, graph.quantized(List.of(weight)), bias == null ? null : graph.parameter(bias))
                : super.linear(rows, weight, bias);
        columns.put(result.name(), weight.getShape().get(0));
        linears.put(result.name(), new Linear(rows, weight, bias));
        return result;
    }

    /** Linear maps of the same matrix as one, or null where they are not such, or the runtime has no weights of its own. */
    private OnnxValue together(OnnxValue... results) {
        List<Linear> maps = Stream.of(results)
                .map(result -> linears.get(result.name()))
                .filter(Objects::nonNull)
                .toList();
        boolean same = maps.size() == results.length
                && maps.stream().map(map -> map.rows().name()).distinct().count() == 1
                && maps.stream().map(map -> map.bias() == null).distinct().count() == 1;
        if (!copies || !same) {
            return null;
        }
        OnnxValue rows = maps.get(0).rows();
        List<Parameter> weights = maps.stream().map(Linear::weight).toList();
        OnnxValue shift = maps.get(0).bias() == null
                ? null
                : graph.joined(maps.stream().map(Linear::bias).toList());
        return quantizes
                ? rounded(rows, graph.quantized(weights), shift)
                : graph.node("Gemm", Map.of("transB", 1L), rows, graph.joined(weights), shift)
                        .like(rows);
    }

    /** Numbers of 8 bits with one scale for each call, times those of the weight. */
    private OnnxValue rounded(OnnxValue rows, OnnxGraph.Quantized rounded, OnnxValue shift) {
        long size = rounded.weight().shape().get(0);
        boolean whole = size == QuantizedWeight.columns(rounded.weight().shape());
        List<String> inputs =
                names(rows, OnnxValue.of(rounded.values()), OnnxValue.of(rounded.scales()), null, whole ? shift : null);
        OnnxValue product = graph.node(DOMAIN, "DynamicQuantizeMatMul", Map.of(), inputs);
        if (!whole) {
            OnnxValue axis = graph.numbers(1);
            product = graph.node("Slice", product, graph.numbers(0), graph.numbers(size), axis);
            product = shift == null ? product : graph.node("Add", product, shift);
        }
        return product.like(rows);
    }

    @Override
    public OnnxValue splitHeads(OnnxValue x, int heads) {
        OnnxValue split = super.splitHeads(x, heads);
        whole.put(split.name(), x);
        return split;
    }

    /** Heads of one token are its features in order, turned or not. */
    @Override
    public OnnxValue rotate(OnnxValue heads, int headSize, RotaryAngles<OnnxValue> angles) {
        OnnxValue rotated = super.rotate(heads, headSize, angles);
        OnnxValue tokens = whole.get(heads.name());
        if (heads.single() && tokens != null && tokens.isMatrix() && columns.containsKey(tokens.name())) {
            long size = columns.get(tokens.name());
            OnnxValue turned =
                    graph.node("Reshape", rotated, graph.numbers(-1, size)).like(tokens);
            columns.put(turned.name(), size);
            whole.put(rotated.name(), turned);
        }
        return rotated;
    }

    @Override
    public OnnxValue mergeHeads(OnnxValue x) {
        OnnxValue tokens = whole.get(x.name());
        return tokens == null ? super.mergeHeads(x) : tokens;
    }

    @Override
    public KeyValueCache<OnnxValue> append(KeyValueCache<OnnxValue> past, OnnxValue keys, OnnxValue values) {
        KeyValueCache<OnnxValue> all = super.append(past, keys, values);
        if (past != null) {
            grown.put(all.keys().name(), new Grown(past, new KeyValueCache<>(keys, values), all.values()));
        }
        return all;
    }

    @Override
    public OnnxValue attend(
            OnnxValue query,
            OnnxValue key,
            OnnxValue value,
            AttentionMask<OnnxValue> mask,
            ScoreScale scale,
            float dropout) {
        OnnxValue queries = whole.get(query.name());
        if (room != null && grown.containsKey(key.name())) {
            boolean fits = mask == null && queries != null && columns.containsKey(queries.name());
            OnnxValue attended = fits ? attendInPlace(query, key, value, scale) : null;
            return attended == null ? super.attend(query, key, value, mask, scale, dropout) : attended;
        }
        // A mask for all tokens alike, or one that leaves a token nothing to attend to, is not what the operator takes.
        boolean maskFits = mask == null || mask.attendable() == null && query.single();
        if (queries == null
                || !columns.containsKey(queries.name())
                || !maskFits
                || scale.capped()
                || key.heads() != query.heads()) {
            return super.attend(query, key, value, mask, scale, dropout);
        }
        OnnxValue bias = mask == null ? null : mask.scoreBias();
        Map<String, Object> attributes = Map.of("num_heads", (long) query.heads(), "scale", scale.factor());
        Grown from = grown.remove(key.name());
        if (key.shared()) {
            OnnxValue gathered = gathered(queries, key);
            OnnxValue attended = attention(attributes, gathered, key, value, widened(bias, gathered));
            return result(attended, queries, query.heads());
        }
        if (from != null && from.values().equals(value)) {
            OnnxValue keys = whole.get(from.more().keys().name());
            OnnxValue values = whole.get(from.more().values().name());
            if (keys != null && values != null) {
                List<String> inputs = names(
                        tokens(queries),
                        tokens(keys),
                        tokens(values),
                        null,
                        null,
                        bias,
                        from.past().keys(),
                        from.past().values());
                String name = graph.newName("MultiHeadAttention");
                List<String> outputs = List.of(name, key.name(), value.name());
                graph.recompute(
                        List.of(key, value),
                        new OnnxGraph.Node(DOMAIN, "MultiHeadAttention", attributes, inputs, outputs));
                return result(OnnxValue.of(name), queries, query.heads());
            }
            return super.attend(query, key, value, mask, scale, dropout);
        }
        OnnxValue keys = whole.get(key.name());
        OnnxValue values = whole.get(value.name());
        if (keys == null || values == null) {
            return super.attend(query, key, value, mask, scale, dropout);
        }
        OnnxValue attended = attention(attributes, tokens(queries), tokens(keys), tokens(values), bias);
        return result(attended, queries, query.heads());
    }

    /** Writes the new token's keys and values behind those of its past, and attends to all; null where the operator does not take them. */
    private OnnxValue attendInPlace(OnnxValue query, OnnxValue key, OnnxValue value, ScoreScale scale) {
        Grown from = grown.get(key.name());
        OnnxValue queries = whole.get(query.name());
        OnnxValue keys = whole.get(from.more().keys().name());
        OnnxValue values = whole.get(from.more().values().name());
        boolean fits = columns.get(queries.name()) % (query.heads() * (long) HEAD_SIZES) == 0;
        if (!fits || keys == null || values == null || !from.values().equals(value)) {
            return null;
        }
        grown.remove(key.name());
        Map<String, Object> attributes = Map.of(
                "num_heads",
                (long) query.heads(),
                "kv_num_heads",
                (long) key.heads(),
                "scale",
                scale.factor(),
                "softcap",
                scale.softCap());
        OnnxValue joined = together(queries, keys, values);
        List<String> inputs = names(
                tokens(joined == null ? queries : joined),
                joined == null ? tokens(keys) : null,
                joined == null ? tokens(values) : null,
                from.past().keys(),
                from.past().values(),
                room.lengths(),
                room.total());
        String name = graph.newName("GroupQueryAttention");
        List<String> outputs = List.of(name, key.name(), value.name());
        graph.recompute(
                List.of(key, value), new OnnxGraph.Node(DOMAIN, "GroupQueryAttention", attributes, inputs, outputs));
        return result(OnnxValue.of(name), queries, query.heads());
    }

    private OnnxValue attention(
            Map<String, Object> attributes, OnnxValue query, OnnxValue key, OnnxValue value, OnnxValue bias) {
        return graph.node(DOMAIN, "MultiHeadAttention", attributes, names(query, key, value, null, null, bias));
    }

    private static List<String> names(OnnxValue... values) {
        List<OnnxValue> all = Arrays.asList(values);
        int count = all.size();
        while (all.get(count - 1) == null) {
            count--;
        }
        return all.subList(0, count).stream()
                .map(value -> value == null ? "" : value.name())
                .toList();
    }

    /** (B, T, D). */
    private OnnxValue tokens(OnnxValue x) {
        return x.isMatrix() && x.single() ? graph.node("Unsqueeze", x, graph.numbers(1)) : unfolded(x);
    }

    /** (B K, D) to (B, K, D): the rows that share one of the keys are the tokens of one sequence. */
    private OnnxValue gathered(OnnxValue queries, OnnxValue key) {
        if (sources == null) {
            sources = graph.node("Shape", Map.of("start", 0L, "end", 1L), key);
        }
        OnnxValue sizes =
                graph.node("Concat", Map.of("axis", 0L), sources, graph.numbers(-1, columns.get(queries.name())));
        return graph.node("Reshape", queries, sizes);
    }

    /** (B, 1, 1, S) to (B, 1, K, S). */
    private OnnxValue widened(OnnxValue bias, OnnxValue gathered) {
        return bias == null
                ? null
                : widened.computeIfAbsent(bias.name(), added -> {
                    OnnxValue count = graph.node("Shape", Map.of("start", 1L, "end", 2L), gathered);
                    OnnxValue sizes =
                            graph.node("Concat", Map.of("axis", 0L), graph.numbers(1, 1), count, graph.numbers(1));
                    return graph.node("Expand", bias, sizes);
                });
    }

    /** What was attended, as whoever splits heads wants it; most only merge them again. */
    private OnnxValue result(OnnxValue attended, OnnxValue queries, int heads) {
        OnnxValue tokens = queries.isMatrix()
                ? graph.node("Reshape", attended, graph.numbers(-1, columns.get(queries.name())))
                        .like(queries)
                : attended.like(queries);
        return splitHeads(tokens, heads);
    }

    @Override
    public OnnxValue add(OnnxValue a, OnnxValue b) {
        OnnxValue left = alike(a, b);
        OnnxValue right = alike(b, a);
        OnnxValue sum = super.add(left, right);
        if (sum.isMatrix()) {
            sums.put(sum.name(), new Sum(left, right));
        }
        return sum;
    }

    /** A matrix where the other is one. */
    private OnnxValue alike(OnnxValue x, OnnxValue other) {
        return other.isMatrix() && columns.containsKey(other.name()) ? matrix(x, columns.get(other.name())) : x;
    }

    @Override
    public OnnxValue layerNorm(OnnxValue x, Parameter gamma, Parameter beta, float epsilon) {
        OnnxValue shift = beta == null ? null : graph.parameter(beta);
        return sums.containsKey(x.name())
                ? normalizedSum("SkipLayerNormalization", x, epsilon, graph.parameter(gamma), shift)
                : super.layerNorm(x, gamma, beta, epsilon);
    }

    @Override
    public OnnxValue rmsNorm(OnnxValue x, Parameter gamma, float offset, float epsilon) {
        if (offset != 0) {
            return super.rmsNorm(x, gamma, offset, epsilon);
        }
        return sums.containsKey(x.name())
                ? normalizedSum("SkipSimplifiedLayerNormalization", x, epsilon, graph.parameter(gamma))
                : graph.node(
                                "SimplifiedLayerNormalization",
                                Map.of("axis", -1L, "epsilon", epsilon),
                                x,
                                graph.parameter(gamma))
                        .like(x);
    }

    /** Adds and normalises at once, where the sum was computed; only once, as others may have seen the sum by then. */
    private OnnxValue normalizedSum(String operator, OnnxValue x, float epsilon, OnnxValue... weights) {
        Sum sum = sums.remove(x.name());
        List<OnnxValue> inputs = new ArrayList<>(List.of(sum.left(), sum.right()));
        inputs.addAll(Arrays.asList(weights));
        String name = graph.newName(operator);
        graph.recompute(
                x,
                new OnnxGraph.Node(
                        DOMAIN,
                        operator,
                        Map.of("epsilon", epsilon),
                        names(inputs.toArray(OnnxValue[]::new)),
                        List.of(name, "", "", x.name())));
        return OnnxValue.of(name).like(x);
    }
}
