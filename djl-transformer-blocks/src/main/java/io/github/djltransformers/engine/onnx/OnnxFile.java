package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.djltransformers.LibraryVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * A graph in the form of an ONNX file ({@code ModelProto} of the standard's {@code onnx.proto}), and its weights: in the file, or,
 * where Protocol Buffers could not hold them, one after another in a file beside it. Values of parameters are read one after another when
 * they are written.
 */
final class OnnxFile {
    /** The version of the file's form that goes with {@link OnnxOps#VERSION}. */
    private static final int FORM = 8;

    /** Where values in a file beside the model begin, so that a reader may map them into memory. */
    private static final long ALIGNMENT = 4096;

    private static final int EXTERNAL = 1;

    /** The types of attributes, {@code AttributeProto.AttributeType}. */
    private static final int FLOAT = 1;

    private static final int INT = 2;
    private static final int INTS = 7;

    private final OnnxGraph graph;
    private final String name;
    private final Map<String, String> metadata;

    /**
     * @param name of the graph
     * @param metadata what the file says beside the graph
     */
    OnnxFile(OnnxGraph graph, String name, Map<String, String> metadata) {
        this.graph = graph;
        this.name = name;
        this.metadata = metadata;
    }

    /** How many bytes the weights have. */
    long weightBytes() {
        return graph.parameters().stream().mapToLong(OnnxFile::bytes).sum();
    }

    private static long bytes(Parameter parameter) {
        return parameter.getShape().size() * Float.BYTES;
    }

    /**
     * The model.
     *
     * @param beside the name of the file with the weights, or null where they are in the model
     */
    ProtobufMessage model(String beside) {
        return model(graph(beside, parameter -> false));
    }

    /**
     * The model for a session that is given its weights, as initial values or as inputs.
     *
     * @param loose which are inputs
     */
    ProtobufMessage modelOfGiven(Predicate<Parameter> loose) {
        return model(graph("given", loose));
    }

    private ProtobufMessage model(ProtobufMessage body) {
        ProtobufMessage model = new ProtobufMessage()
                .varint(1, FORM)
                .text(2, "DJL Transformers")
                .text(3, LibraryVersion.value())
                .message(7, body)
                .message(8, new ProtobufMessage().text(1, "").varint(2, OnnxOps.VERSION));
        if (graph.nodes().stream().anyMatch(node -> !node.domain().isEmpty())) {
            model.message(8, new ProtobufMessage().text(1, OrtOps.DOMAIN).varint(2, 1));
        }
        metadata.forEach((key, value) -> model.message(14, entry(key, value)));
        return model;
    }

    private static ProtobufMessage entry(String key, String value) {
        return new ProtobufMessage().text(1, key).text(2, value);
    }

    /** Writes the weights as the model expects them beside itself. */
    void writeWeights(OutputStream target) throws IOException {
        long place = 0;
        for (Parameter parameter : graph.parameters()) {
            long from = aligned(place);
            target.write(new byte[(int) (from - place)]);
            write(parameter, target);
            place = from + bytes(parameter);
        }
    }

    private static long aligned(long place) {
        return (place + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private ProtobufMessage graph(String beside, Predicate<Parameter> loose) {
        ProtobufMessage message = new ProtobufMessage();
        graph.nodes().forEach(node -> message.message(1, node(node)));
        message.text(2, name);
        long place = 0;
        for (Parameter parameter : graph.parameters()) {
            if (loose.test(parameter)) {
                List<String> sizes = LongStream.of(parameter.getShape().getShape())
                        .mapToObj(Long::toString)
                        .toList();
                message.message(11, value(graph.name(parameter), OnnxType.FLOAT, sizes));
                continue;
            }
            List<Long> sizes = boxed(parameter.getShape().getShape());
            ProtobufMessage tensor = tensor(graph.name(parameter), OnnxType.FLOAT, sizes);
            if (beside == null) {
                tensor.bytes(9, values(parameter));
            } else {
                long from = aligned(place);
                stored(tensor, beside, from, bytes(parameter));
                place = from + bytes(parameter);
            }
            message.message(5, tensor);
        }
        for (OnnxGraph.Joined each : graph.joined()) {
            List<Long> sizes = Arrays.stream(each.shape().getShape()).boxed().toList();
            long bytes = each.shape().size() * Float.BYTES;
            message.message(5, stored(tensor(each.name(), OnnxType.FLOAT, sizes), beside, 0, bytes));
        }
        for (OnnxGraph.Quantized each : graph.quantized()) {
            long out = QuantizedWeight.columns(each.weight().shape());
            long in = each.weight().shape().get(1);
            message.message(5, stored(tensor(each.values(), OnnxType.INT8, List.of(in, out)), beside, 0, in * out));
            message.message(
                    5, stored(tensor(each.scales(), OnnxType.FLOAT, List.of(out)), beside, 0, out * Float.BYTES));
        }
        graph.constants().forEach(constant -> message.message(5, tensor(constant)));
        graph.inputs().forEach(input -> message.message(11, value(input.name(), input.type(), input.axes())));
        graph.outputs().forEach(output -> message.message(12, value(output.name(), output.type(), List.of())));
        return message;
    }

    private static List<Long> boxed(long... sizes) {
        return LongStream.of(sizes).boxed().toList();
    }

    private static ProtobufMessage tensor(String name, OnnxType type, List<Long> sizes) {
        ProtobufMessage tensor = new ProtobufMessage();
        sizes.forEach(size -> tensor.varint(1, size));
        return tensor.varint(2, type.number()).text(8, name);
    }

    /** Says where the values of a tensor are. */
    private static ProtobufMessage stored(ProtobufMessage tensor, String beside, long from, long bytes) {
        return tensor.message(13, entry("location", beside))
                .message(13, entry("offset", Long.toString(from)))
                .message(13, entry("length", Long.toString(bytes)))
                .varint(14, EXTERNAL);
    }

    private static ProtobufMessage node(OnnxGraph.Node node) {
        ProtobufMessage message = new ProtobufMessage();
        node.inputs().forEach(input -> message.text(1, input));
        node.outputs().forEach(output -> message.text(2, output));
        message.text(3, node.outputs().get(0)).text(4, node.operator());
        node.attributes().forEach((key, value) -> message.message(5, attribute(key, value)));
        if (!node.domain().isEmpty()) {
            message.text(7, node.domain());
        }
        return message;
    }

    private static ProtobufMessage attribute(String key, Object value) {
        ProtobufMessage message = new ProtobufMessage().text(1, key);
        if (value instanceof Float number) {
            message.float32(2, number).varint(20, FLOAT);
        } else if (value instanceof List<?> numbers) {
            numbers.forEach(number -> message.varint(8, (Long) number));
            message.varint(20, INTS);
        } else {
            message.varint(3, ((Number) value).longValue()).varint(20, INT);
        }
        return message;
    }

    private static ProtobufMessage tensor(OnnxGraph.Constant constant) {
        ByteBuffer bytes = constant.bytes();
        return tensor(constant.name(), constant.type(), constant.sizes()).bytes(9, new ProtobufMessage.Bytes() {
            @Override
            public long size() {
                return bytes.capacity();
            }

            @Override
            public void writeTo(OutputStream target) throws IOException {
                target.write(bytes.array());
            }
        });
    }

    /** An input or output; sizes that nobody named are left open. */
    private static ProtobufMessage value(String name, OnnxType type, List<String> axes) {
        ProtobufMessage tensor = new ProtobufMessage().varint(1, type.number());
        if (!axes.isEmpty()) {
            ProtobufMessage shape = new ProtobufMessage();
            for (String axis : axes) {
                ProtobufMessage dimension = new ProtobufMessage();
                if (axis.matches("\\d+")) {
                    dimension.varint(1, Long.parseLong(axis));
                } else if (!axis.isEmpty()) {
                    dimension.text(2, axis);
                }
                shape.message(1, dimension);
            }
            tensor.message(2, shape);
        }
        return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
    }

    private static ProtobufMessage.Bytes values(Parameter parameter) {
        return new ProtobufMessage.Bytes() {
            @Override
            public long size() {
                return bytes(parameter);
            }

            @Override
            public void writeTo(OutputStream target) throws IOException {
                write(parameter, target);
            }
        };
    }

    private static void write(Parameter parameter, OutputStream target) throws IOException {
        NDArray array = parameter.getArray();
        ByteBuffer values = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        WritableByteChannel channel = Channels.newChannel(target);
        while (values.hasRemaining()) {
            channel.write(values);
        }
    }
}
