package io.github.djltransformers.engine.mxnet;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A generative model as a few symbol graphs, each loaded when it is first needed.
 *
 * <p>Keys and values of each layer, of past tokens (R, Hkv, T, Dh) and of the source (B, Hkv, S, Dh), are inputs and outputs.
 * Where beginnings are padded, the keep-mask (R, 1, 1, T) follows the past's, where sources are, their score bias (B, 1, 1, S)
 * the source's.
 */
final class MxDecoding implements DecodingProgram {
    private final GenerativeModel model;
    private final NDManager manager;
    private final int layers;
    private final Map<Object, MxModule> modules = new HashMap<>();
    private boolean closed;

    MxDecoding(GenerativeModel model, NDManager manager) {
        this.model = model;
        this.manager = manager;
        layers = model.cacheLayout().layers();
    }

    /** What a step finds of the tokens before. */
    enum Past {
        /** Nothing. */
        NONE,
        /** Keys and values of its own rows. */
        KEPT,
        /** Keys and values of the rows before the last selection, and which of them to take. */
        MOVED
    }

    /**
     * What the graph of a step depends on.
     *
     * @param beams how many rows side by side each row of the source's keys and values stands for
     * @param masked whether inputs are padded
     * @param count how many candidates are wanted
     */
    record Step(Past past, int beams, boolean masked, int count) {}

    /** What the graph that reads the inputs depends on. */
    private record Reading(boolean masked) {}

    /** What the graph that selects rows of some arrays depends on. */
    private record Selection(int arrays) {}

    boolean readsSource() {
        return model.readsSource();
    }

    /** Whether steps are told where their tokens stand. */
    boolean tellsPositions() {
        return model.cacheLayout().forgets() && !readsSource();
    }

    /**
     * Inputs: ids, and where masked the keep-mask. Outputs: keys and values of each layer, and where masked what keeps padding
     * out, a beginning's keep-mask or a source's score bias.
     */
    MxModule reading(boolean masked) {
        return module(new Reading(masked), () -> readingSource(masked));
    }

    /**
     * Inputs: ids (R, 1), where caches forget tokens their positions (R, 1), where rows move their places before (R), the past,
     * the source's. Outputs: candidates (R, 1, 2 count + 1), logits, then ids, then what logits are more than log-probabilities; all
     * log-probabilities (R, 1, V); the past with the new token.
     */
    MxModule step(Step step) {
        return module(step, () -> stepSource(step));
    }

    /** Inputs: places, arrays. Outputs: the rows of the arrays at these places. */
    MxModule selection(int arrays) {
        return module(new Selection(arrays), () -> selectionSource(arrays));
    }

    private synchronized MxModule module(Object form, Supplier<MxProgramSource> source) {
        if (closed) {
            throw MxModule.closedProgram();
        }
        return modules.computeIfAbsent(form, absent -> new MxModule(source.get(), manager));
    }

    private MxProgramSource readingSource(boolean masked) {
        MxSymbolOps ops = new MxSymbolOps();
        MxValue ids = ops.graph().input();
        MxValue keep = masked ? ops.graph().input() : null;
        DecoderState<MxValue> state = model.begin(ops, ids, keep);
        List<MxValue> outputs = state.past() == null ? new ArrayList<>() : flat(state.past());
        if (state.keep() != null) {
            outputs.add(ops.graph().node("Cast", Map.of("dtype", "float32"), state.keep()));
        }
        outputs.addAll(flat(state.memory()));
        if (state.memoryMask() != null) {
            outputs.add(state.memoryMask().scoreBias());
        }
        return ops.source(outputs);
    }

    private MxProgramSource stepSource(Step step) {
        MxSymbolOps ops = new MxSymbolOps();
        MxGraph graph = ops.graph();
        int heads = model.cacheLayout().keyValueHeads();
        MxValue ids = graph.input().withSingle(true);
        MxValue positions = tellsPositions() ? graph.input().withSingle(true) : null;
        MxValue places = step.past() == Past.MOVED ? graph.input() : null;
        List<KeyValueCache<MxValue>> past = step.past() == Past.NONE ? null : caches(graph, heads, 1);
        MxValue keep = step.masked() && !readsSource() ? graph.input() : null;
        List<KeyValueCache<MxValue>> memory = readsSource() ? caches(graph, sourceHeads(), step.beams()) : List.of();
        // Every source has a token, so that no row is without anything to attend to.
        AttentionMask<MxValue> mask = step.masked() && readsSource() ? new AttentionMask<>(graph.input(), null) : null;
        if (places != null) {
            past = past.stream()
                    .map(cache -> new KeyValueCache<>(
                            ops.selectRows(cache.keys(), places), ops.selectRows(cache.values(), places)))
                    .toList();
            keep = keep == null ? null : ops.selectRows(keep, places);
        }
        var output = model.decode(ops, ids, new DecoderState<>(past, keep, positions, memory, mask));
        List<MxValue> outputs = new ArrayList<>();
        outputs.addAll(best(graph, output.logits(), step.count()));
        outputs.addAll(flat(output.state().past()));
        if (output.state().keep() != null) {
            outputs.add(output.state().keep());
        }
        return ops.source(outputs);
    }

    /** What logits are more is seen from the best token, which is likely for sure. */
    private static List<MxValue> best(MxGraph graph, MxValue logits, int count) {
        MxValue top = graph.node("topk", Map.of("axis", -1, "k", count, "ret_typ", "both"), logits);
        MxValue logProbs = graph.node("log_softmax", Map.of("axis", -1), logits);
        Map<String, Object> first = Map.of("axis", 2, "begin", 0, "end", 1);
        MxValue likeliest = graph.node("slice_axis", first, top.at(1));
        MxValue its = graph.node("pick", Map.of("axis", -1, "keepdims", true), logProbs, likeliest);
        MxValue more = graph.node("elemwise_sub", Map.of(), graph.node("slice_axis", first, top.at(0)), its);
        return List.of(graph.node("Concat", Map.of("dim", 2, "num_args", 3), top.at(0), top.at(1), more), logProbs);
    }

    private int sourceHeads() {
        return model.config().decoder().layers().get(0).crossAttention().keyValueHeads();
    }

    private static MxProgramSource selectionSource(int arrays) {
        MxSymbolOps ops = new MxSymbolOps();
        MxValue places = ops.graph().input();
        List<MxValue> selected = new ArrayList<>();
        for (int i = 0; i < arrays; i++) {
            selected.add(ops.selectRows(ops.graph().input(), places));
        }
        return ops.source(selected);
    }

    private List<KeyValueCache<MxValue>> caches(MxGraph graph, int heads, int beams) {
        List<KeyValueCache<MxValue>> caches = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            MxValue keys = graph.input().withHeads(heads).withBeams(beams);
            caches.add(new KeyValueCache<>(keys, graph.input().withHeads(heads).withBeams(beams)));
        }
        return caches;
    }

    private static List<MxValue> flat(List<KeyValueCache<MxValue>> caches) {
        List<MxValue> values = new ArrayList<>();
        for (KeyValueCache<MxValue> cache : caches) {
            values.add(cache.keys());
            values.add(cache.values());
        }
        return values;
    }

    @Override
    public ProgramRows begin(NDManager parent, TokenRows inputs) {
        return MxRows.begin(this, parent, inputs);
    }

    @Override
    public synchronized void close() {
        closed = true;
        modules.values().forEach(MxModule::close);
        modules.clear();
    }
}
