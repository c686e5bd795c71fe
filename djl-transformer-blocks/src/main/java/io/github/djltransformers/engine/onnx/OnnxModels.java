package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.DecoderOutput;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Models as graphs with the inputs and outputs that exports of Hugging Face's have, so that what runs those runs these: {@code
 * input_ids} and {@code attention_mask}, 1 for a token and 0 for padding; {@code past_key_values} that a step reads and {@code present}
 * ones that it gives.
 */
final class OnnxModels {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String BATCH = "batch";
    private static final String LENGTH = "length";
    private static final String PAST = "past_length";

    private final Map<Parameter, String> names;

    /**
     * @param names of the parameters
     */
    OnnxModels(Map<Parameter, String> names) {
        this.names = names;
    }

    /**
     * The graphs of a model by what their files' names end with: one of an encoder, two of a model that writes, of which one reads the
     * source, or the beginning, and the other a token.
     */
    Map<String, OnnxGraph> graphs(TransformerBlock model) {
        Map<String, OnnxGraph> graphs = new LinkedHashMap<>();
        if (model instanceof GenerativeModel writer) {
            if (writer.readsSource()) {
                graphs.put("-encoder", encoder(writer));
            } else {
                graphs.put("", beginning(writer));
            }
            graphs.put("-step", step(writer));
        } else {
            graphs.put("", whole(model));
        }
        return graphs;
    }

    /** Whether a block is a model that reads tokens. */
    static boolean isModel(TransformerBlock block) {
        List<String> inputs = block.inputs();
        return block instanceof GenerativeModel
                || inputs.get(0).equals("ids")
                        && inputs.size() > 1
                        && inputs.get(1).startsWith("keepMask");
    }

    private OnnxGraph whole(TransformerBlock model) {
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        List<OnnxValue> inputs = new ArrayList<>(List.of(ids(graph, IDS, LENGTH), keep(graph, ops)));
        if (model.inputs().size() > 2) {
            inputs.add(ids(graph, "token_type_ids", LENGTH));
        }
        List<OnnxValue> results = model.apply(ops, inputs);
        List<String> outputs = outputs(model);
        for (int i = 0; i < results.size(); i++) {
            give(graph, ops, outputs.get(i), results.get(i));
        }
        return graph;
    }

    private static List<String> outputs(TransformerBlock model) {
        if (model instanceof HeadedEncoder headed) {
            return headed.outputs();
        }
        return List.of(
                model instanceof EncoderModel
                        ? "last_hidden_state"
                        : model instanceof SentenceEncoder ? "sentence_embedding" : "logits");
    }

    private OnnxGraph encoder(GenerativeModel model) {
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        DecoderState<OnnxValue> state = model.begin(ops, ids(graph, IDS, LENGTH), keep(graph, ops));
        give(graph, ops, state.memory(), layer -> "present." + layer + ".encoder");
        return graph;
    }

    private OnnxGraph beginning(GenerativeModel model) {
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        OnnxValue ids = ids(graph, IDS, LENGTH);
        DecoderOutput<OnnxValue> output = model.decode(ops, ids, DecoderState.beginning(keep(graph, ops)));
        give(graph, ops, "logits", output.logits());
        give(graph, ops, output.state().past(), layer -> "present." + layer);
        return graph;
    }

    /** One token of each row: the mask of a model without a source is of the tokens so far and of this one. */
    private OnnxGraph step(GenerativeModel model) {
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        List<LayerConfig> layers = model.config().decoder().layers();
        String self = model.readsSource() ? ".decoder" : "";
        OnnxValue ids = ids(graph, IDS, "1").withSingle(true);
        OnnxValue mask = graph.input(MASK);
        graph.expect(mask, OnnxType.INT64, List.of(BATCH, model.readsSource() ? LENGTH : "total_length"));
        List<KeyValueCache<OnnxValue>> past =
                caches(graph, layers, LayerConfig::attention, layer -> "past_key_values." + layer + self, PAST);
        DecoderState<OnnxValue> state;
        if (model.readsSource()) {
            List<KeyValueCache<OnnxValue>> memory = caches(
                    graph,
                    layers,
                    LayerConfig::crossAttention,
                    layer -> "past_key_values." + layer + ".encoder",
                    LENGTH);
            OnnxValue bias = ops.attentionMask(ops.tokensWhere(mask), ids).scoreBias();
            // Every source has a token, so that no row is without anything to attend to.
            state = new DecoderState<>(past, null, null, memory, new AttentionMask<>(bias, null));
        } else {
            OnnxValue before = graph.node("Slice", mask, graph.numbers(0), graph.numbers(-1), graph.numbers(1));
            state = new DecoderState<>(past, ops.tokensWhere(before), null, List.of(), null);
        }
        DecoderOutput<OnnxValue> output = model.decode(ops, ids, state);
        give(graph, ops, "logits", output.logits());
        give(graph, ops, output.state().past(), layer -> "present." + layer + self);
        return graph;
    }

    private static List<KeyValueCache<OnnxValue>> caches(
            OnnxGraph graph,
            List<LayerConfig> layers,
            Function<LayerConfig, AttentionConfig> attention,
            Function<Integer, String> name,
            String length) {
        List<KeyValueCache<OnnxValue>> caches = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            int heads = attention.apply(layers.get(layer)).keyValueHeads();
            OnnxValue keys = cache(graph, name.apply(layer) + ".key", heads, length);
            caches.add(new KeyValueCache<>(keys, cache(graph, name.apply(layer) + ".value", heads, length)));
        }
        return caches;
    }

    private static OnnxValue cache(OnnxGraph graph, String name, int heads, String length) {
        OnnxValue cache = graph.input(name);
        graph.expect(cache, OnnxType.FLOAT, List.of(BATCH, Integer.toString(heads), length, ""));
        return cache.withHeads(heads);
    }

    private static OnnxValue ids(OnnxGraph graph, String name, String length) {
        OnnxValue ids = graph.input(name);
        graph.expect(ids, OnnxType.INT64, List.of(BATCH, length));
        return ids;
    }

    private static OnnxValue keep(OnnxGraph graph, OnnxOps ops) {
        return ops.tokensWhere(ids(graph, MASK, LENGTH));
    }

    private static void give(
            OnnxGraph graph, OnnxOps ops, List<KeyValueCache<OnnxValue>> caches, Function<Integer, String> name) {
        for (int layer = 0; layer < caches.size(); layer++) {
            give(graph, ops, name.apply(layer) + ".key", caches.get(layer).keys());
            give(graph, ops, name.apply(layer) + ".value", caches.get(layer).values());
        }
    }

    private static void give(OnnxGraph graph, OnnxOps ops, String name, OnnxValue value) {
        graph.output(name, OnnxType.FLOAT, ops.unfolded(value));
    }
}
