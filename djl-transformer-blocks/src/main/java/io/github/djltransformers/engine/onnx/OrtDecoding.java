package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.CacheLayout;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A generative model as graphs in ONNX Runtime, one for each form of a step, made when it is first asked for.
 *
 * <p>Names of inputs and outputs: {@code ids}, {@code positions}; {@code rows}, those of the past that a step goes on from; {@code
 * past.N.key} and {@code past.N.value}, which a step gives back longer, with {@code next.} before their names; {@code memory.N.key} and {@code
 * memory.N.value} of a source; {@code keep}, the keep-mask of a beginning, {@code bias}, what keeps a source's padding out. Where the past
 * has room, {@code lengths} and {@code total} say how many tokens there are without and with the new one.
 */
final class OrtDecoding implements DecodingProgram {
    static final String IDS = "ids";
    static final String POSITIONS = "positions";
    static final String ROWS = "rows";
    static final String KEEP = "keep";
    static final String BIAS = "bias";
    static final String COUNT = "count";
    static final String LOG_PROBS = "log_probs";
    static final String VALUES = "values";
    static final String TOKENS = "tokens";
    static final String HIGHEST = "highest";
    static final String FROM = "from";
    static final String TO = "to";
    static final String PADS = "pads";
    static final String LENGTHS = "lengths";
    static final String TOTAL = "total";
    static final String NEXT = "next.";

    /** What a step chooses from and has chosen. */
    static final Set<String> CHOSEN = Set.of(VALUES, TOKENS, HIGHEST, LOG_PROBS);

    static final String X = "x";

    private final GenerativeModel model;
    private final CompilationConfig config;
    private final int layers;
    private final Map<Object, OrtModule> modules = new HashMap<>();
    private final Map<Boolean, Boolean> roomy =
            new HashMap<>(); // whether steps write in place, by whether inputs are padded
    private boolean closed;

    OrtDecoding(GenerativeModel model, CompilationConfig config) {
        this.model = model;
        this.config = config;
        layers = model.cacheLayout().layers();
    }

    /**
     * What the graph of a step depends on.
     *
     * @param past whether there are tokens before
     * @param moved whether rows go on from others, which those with room have done before
     * @param masked whether inputs are padded
     * @param room whether there is room for the new token where the past is
     */
    record Step(boolean past, boolean moved, boolean masked, boolean room) {}

    /** What the graph that reads the inputs depends on. */
    private record Reading(boolean masked) {}

    /** The graph that selects rows of an array. */
    private enum Part {
        ROWS,
        ROOM,
        MOVED,
        TOKENS,
        KEPT
    }

    boolean readsSource() {
        return model.readsSource();
    }

    /** Whether steps are told where their tokens stand. */
    boolean tellsPositions() {
        return model.cacheLayout().forgets() && !readsSource();
    }

    /** Inputs: ids, and where masked {@code keep}. Outputs: what is kept of the inputs. */
    OrtModule reading(boolean masked) {
        return module(new Reading(masked), () -> readingGraph(masked));
    }

    /**
     * Inputs: ids and what there is. Outputs: the highest logits, their ids, the highest log-probability, all
     * log-probabilities, the past with the new token.
     */
    OrtModule step(Step step) {
        return module(step, () -> stepGraph(step));
    }

    CacheLayout layout() {
        return model.cacheLayout();
    }

    /** The names of what the past consists of. */
    List<String> cacheNames() {
        return IntStream.range(0, layers)
                .boxed()
                .flatMap(layer -> Stream.of("past." + layer + ".key", "past." + layer + ".value"))
                .toList();
    }

    /** Whether steps write new tokens where their caches have room: those of models whose attention has no mask then. */
    synchronized boolean hasRoom(boolean masked) {
        return roomy.computeIfAbsent(
                masked,
                absent -> !layout().forgets()
                        && (readsSource() || !masked)
                        && stepOf(new OnnxGraph(Map.of()), new Step(true, false, masked, true))
                                .writesInPlace());
    }

    /** {@code x} with zeros around it. */
    OrtModule room() {
        return module(Part.ROOM, () -> {
            OnnxGraph graph = new OnnxGraph(Map.of());
            give(graph, X, graph.node("Pad", graph.input(X), numbers(graph, PADS)));
            return graph;
        });
    }

    /** Writes rows of the past over others, where they are given as places for the results. */
    OrtModule move() {
        return module(Part.MOVED, () -> {
            OnnxGraph graph = new OnnxGraph(Map.of());
            OnnxValue from = numbers(graph, FROM);
            OnnxValue to = graph.node("Unsqueeze", numbers(graph, TO), graph.numbers(1));
            for (String name : cacheNames()) {
                OnnxValue past = graph.input(name);
                give(graph, NEXT + name, graph.node("ScatterND", past, to, graph.node("Gather", past, from)));
            }
            return graph;
        });
    }

    /** {@code x} by its first axis. */
    OrtModule selection() {
        return module(Part.ROWS, () -> {
            OnnxGraph graph = new OnnxGraph(Map.of());
            OnnxValue x = graph.input(X);
            give(graph, X, graph.node("Gather", x, numbers(graph, ROWS)));
            return graph;
        });
    }

    /** {@code x} from a token to another, of keys or values or of a keep-mask. */
    OrtModule cut(boolean kept) {
        return module(kept ? Part.KEPT : Part.TOKENS, () -> {
            OnnxGraph graph = new OnnxGraph(Map.of());
            OnnxValue x = graph.input(X);
            if (kept) {
                graph.expect(x, OnnxType.BOOL, List.of("", "1", "1", ""));
            }
            OnnxValue axis = graph.numbers(kept ? 3 : 2);
            OnnxValue cut = graph.node("Slice", x, numbers(graph, FROM), numbers(graph, TO), axis);
            graph.output("result", kept ? OnnxType.BOOL : OnnxType.FLOAT, cut);
            return graph;
        });
    }

    private synchronized OrtModule module(Object form, Supplier<OnnxGraph> graph) {
        if (closed) {
            throw new IllegalStateException(
                    "OrtDecoding: program must be open, got a closed one; its model has been closed");
        }
        return modules.computeIfAbsent(form, absent -> new OrtModule(graph.get(), "decoding", config));
    }

    private static OnnxValue numbers(OnnxGraph graph, String name) {
        OnnxValue value = graph.input(name);
        graph.expect(value, OnnxType.INT64, List.of(name));
        return value;
    }

    private static void give(OnnxGraph graph, String name, OnnxValue value) {
        graph.output(name.equals(X) ? "result" : name, OnnxType.FLOAT, value);
    }

    private OnnxGraph readingGraph(boolean masked) {
        OnnxGraph graph = new OnnxGraph(Map.of());
        OnnxOps ops = new OrtOps(graph, config);
        OnnxValue ids = matrix(graph, IDS);
        OnnxValue keep = masked ? graph.input(KEEP) : null;
        if (masked) {
            graph.expect(keep, OnnxType.BOOL, List.of("batch", "1", "1", "length"));
        }
        DecoderState<OnnxValue> state = model.begin(ops, ids, keep);
        if (state.past() != null) {
            give(graph, "past", state.past());
        }
        give(graph, "memory", state.memory());
        if (state.memoryMask() != null) {
            give(graph, BIAS, state.memoryMask().scoreBias());
        }
        return graph;
    }

    private static OnnxValue matrix(OnnxGraph graph, String name) {
        OnnxValue value = graph.input(name);
        graph.expect(value, OnnxType.INT64, List.of("batch", "length"));
        return value;
    }

    private static void give(OnnxGraph graph, String name, List<KeyValueCache<OnnxValue>> caches) {
        for (int layer = 0; layer < caches.size(); layer++) {
            give(graph, name + "." + layer + ".key", caches.get(layer).keys());
            give(graph, name + "." + layer + ".value", caches.get(layer).values());
        }
    }

    OnnxGraph stepGraph(Step step) {
        OnnxGraph graph = new OnnxGraph(Map.of());
        stepOf(graph, step);
        return graph;
    }

    private OrtOps stepOf(OnnxGraph graph, Step step) {
        OrtOps ops = new OrtOps(graph, config, step.room() ? room(graph) : null);
        OnnxValue ids = matrix(graph, IDS).withSingle(true);
        OnnxValue positions = tellsPositions() ? matrix(graph, POSITIONS).withSingle(true) : null;
        OnnxValue rows = step.moved() ? numbers(graph, ROWS) : null;
        List<KeyValueCache<OnnxValue>> past = null;
        if (step.past()) {
            past = caches(graph, "past", model.cacheLayout().keyValueHeads());
        }
        OnnxValue keep = step.masked() && !readsSource() ? graph.input(KEEP) : null;
        if (keep != null) {
            graph.expect(keep, OnnxType.BOOL, List.of("batch", "1", "1", "past_length"));
        }
        if (rows != null) {
            past = past.stream()
                    .map(cache -> new KeyValueCache<>(
                            ops.selectRows(cache.keys(), rows), ops.selectRows(cache.values(), rows)))
                    .toList();
            keep = keep == null ? null : ops.selectRows(keep, rows);
        }
        List<KeyValueCache<OnnxValue>> memory = List.of();
        AttentionMask<OnnxValue> mask = null;
        if (readsSource()) {
            int heads =
                    model.config().decoder().layers().get(0).crossAttention().keyValueHeads();
            memory = caches(graph, "memory", heads).stream()
                    .map(cache -> new KeyValueCache<>(
                            cache.keys().asShared(), cache.values().asShared()))
                    .toList();
            // Every source has a token, so that no row is without anything to attend to.
            mask = step.masked() ? new AttentionMask<>(graph.input(BIAS), null) : null;
        }
        DecoderOutput<OnnxValue> output =
                model.decode(ops, ids, new DecoderState<>(past, keep, positions, memory, mask));
        choose(graph, output.logits());
        give(graph, "next.past", output.state().past());
        if (output.state().keep() != null) {
            graph.output("next." + KEEP, OnnxType.BOOL, output.state().keep());
        }
        return ops;
    }

    private static OrtOps.Room room(OnnxGraph graph) {
        OnnxValue lengths = graph.input(LENGTHS);
        graph.expect(lengths, OnnxType.INT32, List.of("batch"));
        OnnxValue total = graph.input(TOTAL);
        graph.expect(total, OnnxType.INT32, List.of());
        return new OrtOps.Room(lengths, total);
    }

    /** The best token is likely for sure, so that what logits are more is seen from it. */
    private static void choose(OnnxGraph graph, OnnxValue logits) {
        List<OnnxValue> best = graph.topK(logits, numbers(graph, COUNT));
        OnnxValue logProbs = graph.node("LogSoftmax", Map.of("axis", -1L), logits);
        give(graph, VALUES, best.get(0));
        graph.output(TOKENS, OnnxType.INT64, best.get(1));
        give(graph, HIGHEST, graph.node("ReduceMax", Map.of("axes", List.of(1L)), logProbs));
        give(graph, LOG_PROBS, logProbs);
    }

    private List<KeyValueCache<OnnxValue>> caches(OnnxGraph graph, String name, int heads) {
        List<KeyValueCache<OnnxValue>> caches = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            OnnxValue keys = graph.input(name + "." + layer + ".key").withHeads(heads);
            OnnxValue values = graph.input(name + "." + layer + ".value").withHeads(heads);
            caches.add(new KeyValueCache<>(keys, values));
        }
        return caches;
    }

    private synchronized void look() {
        modules.values().forEach(OrtModule::look);
    }

    @Override
    public ProgramRows begin(NDManager parent, TokenRows inputs) {
        look();
        return OrtRows.begin(this, inputs);
    }

    @Override
    public synchronized void close() {
        closed = true;
        modules.values().forEach(OrtModule::close);
        modules.clear();
    }
}
