package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
     * A node.
     *
     * @param attributes whole numbers, floats, texts or lists of whole numbers
     * @param inputs names
     * @param outputs names
     */
    record Node(String operator, Map<String, Object> attributes, List<String> inputs, List<String> outputs) {}

    /**
     * A constant.
     *
     * @param sizes none for a single number
     * @param bytes little endian
     */
    record Constant(String name, OnnxType type, List<Long> sizes, ByteBuffer bytes) {}

    /** An output, a name for a value. */
    record Output(String name, OnnxType type) {}

    private static final String CONSTANT = "/constant_";

    private final Map<Parameter, String> names;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, OnnxValue> known = new HashMap<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final Map<Parameter, String> parameters = new IdentityHashMap<>();
    private final List<Parameter> read = new ArrayList<>();
    private final Set<String> constant = new HashSet<>(); // what depends on constants and parameters alone
    private final Set<String> folded = new HashSet<>(); // parameters that something of these depends on
    private final List<Output> outputs = new ArrayList<>();

    /**
     * @param names of the parameters, those of others being numbers
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
            return names.getOrDefault(added, "/parameter_" + read.size());
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
                .computeIfAbsent(type + key, added -> new Constant(CONSTANT + constants.size(), type, sizes, bytes))
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
            nodes.add(new Node(operator, ordered, inputs, List.of(output)));
            if (inputs.stream().allMatch(this::isConstant)) {
                constant.add(output);
                inputs.stream().filter(parameters::containsValue).forEach(folded::add);
            }
            return OnnxValue.of(output);
        });
    }

    /** The highest numbers of each row, and where they stand. */
    List<OnnxValue> topK(OnnxValue x, OnnxValue count) {
        List<String> results = List.of("/TopK_" + nodes.size(), "/TopK_" + nodes.size() + "_indices");
        nodes.add(new Node("TopK", Map.of(), List.of(x.name(), count.name()), results));
        return results.stream().map(OnnxValue::of).toList();
    }

    private boolean isConstant(String name) {
        return name.startsWith(CONSTANT) || constant.contains(name) || parameters.containsValue(name);
    }

    /** Whether a node depends on a parameter and constants alone, so that a runtime may compute it once and for all. */
    boolean isFolded(Parameter parameter) {
        return folded.contains(parameters.get(parameter));
    }

    /** Gives a value out under a name. */
    void output(String name, OnnxType type, OnnxValue value) {
        nodes.add(new Node("Identity", Map.of(), List.of(value.name()), List.of(name)));
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
        return parameters.get(parameter);
    }
}
