package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A graph under construction. A node that is there already is not added again, so that callers need not keep what they may ask for
 * twice.
 */
final class OnnxGraph {
    /**
     * An input.
     *
     * @param axes what its sizes are called, each a name or a number; empty where nothing is known
     */
    record Input(String name, OnnxType type, List<String> axes) {}

    /**
     * A node of one output.
     *
     * @param attributes whole numbers, floats, texts or lists of whole numbers
     * @param inputs names
     */
    record Node(String operator, Map<String, Object> attributes, List<String> inputs, String output) {}

    /**
     * A constant.
     *
     * @param sizes none for a single number
     * @param bytes little endian
     */
    record Constant(String name, OnnxType type, List<Long> sizes, ByteBuffer bytes) {}

    /** An output, a name for a value. */
    record Output(String name, OnnxType type) {}

    private final Map<Parameter, String> names;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, OnnxValue> known = new HashMap<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final Map<Parameter, String> parameters = new IdentityHashMap<>();
    private final List<Parameter> read = new ArrayList<>();
    private final List<Output> outputs = new ArrayList<>();

    /**
     * @param names of the parameters
     */
    OnnxGraph(Map<Parameter, String> names) {
        this.names = names;
    }

    /** An input, of float numbers unless {@link #expect} says otherwise. */
    OnnxValue input(String name) {
        inputs.put(name, new Input(name, OnnxType.FLOAT, List.of()));
        return OnnxValue.of(name);
    }

    /**
     * Says what a value is that may be an input; what is said first holds.
     *
     * @param axes what its sizes are called, each a name or a number
     */
    void expect(OnnxValue value, OnnxType type, List<String> axes) {
        inputs.computeIfPresent(
                value.name(), (name, input) -> input.axes().isEmpty() ? new Input(name, type, axes) : input);
    }

    OnnxValue parameter(Parameter parameter) {
        return OnnxValue.of(parameters.computeIfAbsent(parameter, added -> {
            read.add(added);
            return names.get(added);
        }));
    }

    /** Whole numbers in a row. */
    OnnxValue numbers(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(OnnxType.INT64, List.of((long) values.length), bytes, Arrays.toString(values));
    }

    /** A whole number without an axis. */
    OnnxValue number(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, value);
        return constant(OnnxType.INT64, List.of(), bytes, Long.toString(value));
    }

    /** A float number without an axis. */
    OnnxValue scalar(double value) {
        return floats(List.of(), (float) value);
    }

    /** Float numbers. */
    OnnxValue floats(List<Long> sizes, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(OnnxType.FLOAT, sizes, bytes, sizes + Arrays.toString(values));
    }

    private OnnxValue constant(OnnxType type, List<Long> sizes, ByteBuffer bytes, String key) {
        String name = constants
                .computeIfAbsent(type + key, added -> new Constant("/constant_" + constants.size(), type, sizes, bytes))
                .name();
        return OnnxValue.of(name);
    }

    OnnxValue node(String operator, OnnxValue... arguments) {
        return node(operator, Map.of(), arguments);
    }

    /**
     * Adds a node.
     *
     * @param arguments null for one at the end that is left out
     */
    OnnxValue node(String operator, Map<String, Object> attributes, OnnxValue... arguments) {
        List<String> inputs = Stream.of(arguments)
                .filter(Objects::nonNull)
                .map(OnnxValue::name)
                .collect(Collectors.toList());
        Map<String, Object> ordered = new TreeMap<>(attributes);
        return known.computeIfAbsent(operator + ordered + inputs, added -> {
            String output = "/" + operator + "_" + nodes.size();
            nodes.add(new Node(operator, ordered, inputs, output));
            return OnnxValue.of(output);
        });
    }

    /** Gives a value out under a name. */
    void output(String name, OnnxType type, OnnxValue value) {
        nodes.add(new Node("Identity", Map.of(), List.of(value.name()), name));
        outputs.add(new Output(name, type));
    }

    List<Input> inputs() {
        return List.copyOf(inputs.values());
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    List<Constant> constants() {
        return List.copyOf(constants.values());
    }

    List<Output> outputs() {
        return List.copyOf(outputs);
    }

    /** The parameters that the graph reads, in order of first use. */
    List<Parameter> parameters() {
        return List.copyOf(read);
    }

    /** The name of a parameter. */
    String name(Parameter parameter) {
        return names.get(parameter);
    }
}
