package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
     * @param domain of the operator, empty for ONNX's own
     * @param attributes whole numbers, floats, texts or lists of whole numbers
     * @param inputs names, empty for one that is left out
     * @param outputs names, empty for one that nobody wants
     */
    record Node(
            String domain, String operator, Map<String, Object> attributes, List<String> inputs, List<String> outputs) {
        Node(String operator, Map<String, Object> attributes, List<String> inputs, List<String> outputs) {
            this("", operator, attributes, inputs, outputs);
        }

        private Node renamed(Map<String, String> names) {
            return new Node(
                    domain,
                    operator,
                    attributes,
                    inputs.stream().map(name -> names.getOrDefault(name, name)).toList(),
                    outputs.stream().map(name -> names.getOrDefault(name, name)).toList());
        }
    }

    /**
     * A constant.
     *
     * @param sizes none for a single number
     * @param bytes little endian
     */
    record Constant(String name, OnnxType type, List<Long> sizes, ByteBuffer bytes) {}

    /**
     * Parameters below each other as one, of which whoever runs the graph makes a copy.
     *
     * @param parts of the same sizes but the first
     */
    record Joined(List<Parameter> parts, String name) {
        Shape shape() {
            long[] sizes = parts.get(0).getShape().getShape().clone();
            sizes[0] = parts.stream().mapToLong(part -> part.getShape().get(0)).sum();
            return new Shape(sizes);
        }
    }

    /**
     * Weights as one {@link QuantizedWeight}.
     *
     * @param weight (out, in)
     * @param values the name of the numbers
     * @param scales the name of the scales
     */
    record Quantized(Joined weight, String values, String scales) {}

    /** An output, a name for a value. */
    record Output(String name, OnnxType type, String value) {}

    private static final String CONSTANT = "/constant_";

    private final Map<Parameter, String> names;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, OnnxValue> known = new HashMap<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final Map<Parameter, String> parameters = new IdentityHashMap<>();
    private final List<Parameter> read = new ArrayList<>();
    private final Map<List<Parameter>, Joined> joined = new LinkedHashMap<>();
    private final Map<List<Parameter>, Quantized> quantized = new LinkedHashMap<>();
    private final Set<String> constant = new HashSet<>(); // what depends on constants and parameters alone
    private final Set<String> folded = new HashSet<>(); // parameters that something of these depends on
    private final List<Output> outputs = new ArrayList<>();
    private int named;

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

    /** Parameters below each other. */
    OnnxValue joined(List<Parameter> parts) {
        return OnnxValue.of(joined.computeIfAbsent(parts, added -> new Joined(added, "/joined_" + joined.size()))
                .name());
    }

    /** Weights below each other, whose values are rounded by whoever runs the graph. */
    Quantized quantized(List<Parameter> parts) {
        return quantized.computeIfAbsent(parts, added -> {
            String name = "/quantized_" + quantized.size();
            return new Quantized(new Joined(added, name), name, name + "_scales");
        });
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
        return node(
                "",
                operator,
                attributes,
                Stream.of(arguments)
                        .filter(Objects::nonNull)
                        .map(OnnxValue::name)
                        .toList());
    }

    /**
     * Adds a node of one output.
     *
     * @param domain of the operator, empty for ONNX's own
     * @param inputs names, empty for one that is left out
     */
    OnnxValue node(String domain, String operator, Map<String, Object> attributes, List<String> inputs) {
        Map<String, Object> ordered = new TreeMap<>(attributes);
        return known.computeIfAbsent(operator + ordered + inputs, added -> {
            String output = newName(operator);
            nodes.add(new Node(domain, operator, ordered, inputs, List.of(output)));
            if (inputs.stream().allMatch(this::isConstant)) {
                constant.add(output);
                inputs.stream().filter(parameters::containsValue).forEach(folded::add);
            }
            return OnnxValue.of(output);
        });
    }

    /** The highest numbers of each row, and where they stand. */
    List<OnnxValue> topK(OnnxValue x, OnnxValue count) {
        String name = newName("TopK");
        List<String> results = List.of(name, name + "_indices");
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
        outputs.add(new Output(name, type, value.name()));
    }

    /**
     * Has another node compute what a node does, in its place; what it needs must be there before that one.
     *
     * @param value what is computed, among the node's outputs
     */
    void recompute(OnnxValue value, Node node) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).outputs().contains(value.name())) {
                nodes.set(i, node);
                return;
            }
        }
        throw new IllegalArgumentException("OnnxGraph: value must be of a node, got " + value);
    }

    /** Adds a node that computes what others do, which are taken away. */
    void recompute(List<OnnxValue> values, Node node) {
        List<String> computed = values.stream().map(OnnxValue::name).toList();
        nodes.removeIf(other -> other.outputs().stream().anyMatch(computed::contains));
        nodes.add(node);
    }

    /** A name for what a node computes. */
    String newName(String operator) {
        return "/" + operator + "_" + ++named;
    }

    List<Input> inputs() {
        return List.copyOf(inputs.values());
    }

    /** The nodes that outputs depend on, in order; what they compute for an output has its name. */
    List<Node> nodes() {
        Set<String> computed = new HashSet<>();
        nodes.forEach(node -> computed.addAll(node.outputs()));
        Map<String, String> names = new HashMap<>();
        List<Node> all = new ArrayList<>(nodes);
        Set<String> needed = new HashSet<>();
        for (Output output : outputs) {
            needed.add(output.value());
            if (!computed.contains(output.value()) || names.putIfAbsent(output.value(), output.name()) != null) {
                all.add(new Node("Identity", Map.of(), List.of(output.value()), List.of(output.name())));
                needed.add(output.name());
            }
        }
        List<Node> kept = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Node node = all.get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(node.inputs());
                kept.add(node.renamed(names));
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    /** The constants that outputs depend on. */
    List<Constant> constants() {
        Set<String> needed = needed();
        return constants.values().stream()
                .filter(constant -> needed.contains(constant.name()))
                .toList();
    }

    private Set<String> needed() {
        return nodes().stream().flatMap(node -> node.inputs().stream()).collect(Collectors.toSet());
    }

    List<Output> outputs() {
        return List.copyOf(outputs);
    }

    /** The parameters that outputs depend on, in order of first use. */
    List<Parameter> parameters() {
        Set<String> needed = needed();
        return read.stream()
                .filter(parameter -> needed.contains(name(parameter)))
                .toList();
    }

    /** The joined parameters that outputs depend on. */
    List<Joined> joined() {
        Set<String> needed = needed();
        return joined.values().stream()
                .filter(each -> needed.contains(each.name()))
                .toList();
    }

    /** The rounded weights that outputs depend on. */
    List<Quantized> quantized() {
        Set<String> needed = needed();
        return quantized.values().stream()
                .filter(each -> needed.contains(each.values()))
                .toList();
    }

    /** How many products the linear maps take for one token: the numbers of their weights. */
    long products() {
        Set<String> factors = nodes().stream()
                .filter(node -> node.operator().equals("Gemm"))
                .map(node -> node.inputs().get(1))
                .collect(Collectors.toSet());
        Stream<Shape> plain = parameters().stream()
                .filter(parameter -> factors.contains(name(parameter)))
                .map(Parameter::getShape);
        Stream<Shape> together =
                joined().stream().filter(each -> factors.contains(each.name())).map(Joined::shape);
        Stream<Shape> rounded = quantized().stream().map(each -> each.weight().shape());
        return Stream.of(plain, together, rounded)
                .flatMap(shapes -> shapes)
                .mapToLong(Shape::size)
                .sum();
    }

    /** The name of a parameter. */
    String name(Parameter parameter) {
        return parameters.get(parameter);
    }
}
