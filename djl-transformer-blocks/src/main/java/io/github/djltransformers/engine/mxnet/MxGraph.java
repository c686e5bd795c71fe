package io.github.djltransformers.engine.mxnet;

import ai.djl.nn.Parameter;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A symbol graph under construction, in the JSON form that MXNet 1.9 reads.
 *
 * <p>Inputs and parameters are nodes without an operator, found again by their names: {@code x0}, {@code x1} ... in the
 * order of {@link #input}, and {@code w0}, {@code w1} ... in the order of {@link #parameters}.
 */
final class MxGraph {
    private static final int VERSION = 10900;

    private final JsonArray nodes = new JsonArray();
    private final JsonArray arguments = new JsonArray();
    private final List<MxValue> inputs = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<Parameter, MxValue> weights = new IdentityHashMap<>();

    /** Adds an input. */
    MxValue input() {
        MxValue added = argument("x" + inputs.size());
        inputs.add(added);
        return added;
    }

    /** The value of a parameter, an input like others to the engine. */
    MxValue parameter(Parameter parameter) {
        return weights.computeIfAbsent(parameter, added -> {
            parameters.add(added);
            return argument("w" + (parameters.size() - 1));
        });
    }

    private MxValue argument(String name) {
        arguments.add(nodes.size());
        return add("null", name, new JsonObject());
    }

    /** Adds an operator without attributes. */
    MxValue node(String operator, MxValue... arguments) {
        return node(operator, Map.of(), arguments);
    }

    /** Adds an operator; values of attributes are written as MXNet reads them, {@code (0, -1)} or {@code True}. */
    MxValue node(String operator, Map<String, ?> attributes, MxValue... arguments) {
        JsonObject written = new JsonObject();
        attributes.forEach((name, value) -> written.addProperty(name, value.toString()));
        return add(operator, "n" + nodes.size(), written, arguments);
    }

    private MxValue add(String operator, String name, JsonObject attributes, MxValue... arguments) {
        JsonArray entries = new JsonArray();
        for (MxValue argument : arguments) {
            entries.add(entry(argument));
        }
        JsonObject node = new JsonObject();
        node.addProperty("op", operator);
        node.addProperty("name", name);
        node.add("attrs", attributes);
        node.add("inputs", entries);
        nodes.add(node);
        return MxValue.of(nodes.size() - 1);
    }

    private static JsonArray entry(MxValue value) {
        JsonArray entry = new JsonArray();
        entry.add(value.node());
        entry.add(value.output());
        entry.add(0);
        return entry;
    }

    /** The parameters that the graph reads, in order of first use. */
    List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    int inputCount() {
        return inputs.size();
    }

    /** The graph with these outputs. */
    String json(List<MxValue> outputs) {
        JsonArray heads = new JsonArray();
        outputs.forEach(output -> heads.add(entry(output)));
        JsonArray version = new JsonArray();
        version.add("int");
        version.add(VERSION);
        JsonObject attributes = new JsonObject();
        attributes.add("mxnet_version", version);
        JsonObject graph = new JsonObject();
        graph.add("nodes", nodes);
        graph.add("arg_nodes", arguments);
        graph.add("heads", heads);
        graph.add("attrs", attributes);
        return graph.toString();
    }
}
