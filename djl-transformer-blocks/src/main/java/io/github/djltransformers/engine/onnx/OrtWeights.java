package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.ops.EngineKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The weights that a session is given: where the engine has them, or rounded copies. Of what is copied, here or by the runtime, some
 * values are looked at to see whether it has changed.
 */
final class OrtWeights implements AutoCloseable {
    /** How many values of a parameter are looked at, about. */
    private static final int SAMPLES = 8;

    /** Addresses are compared by what is left of division by this, which is as much of them as Java tells. */
    private static final int ADDRESSES = 1 << 30;

    /**
     * What a weight was when it was given.
     *
     * @param address of the values, or -1 where they are a copy
     * @param values of the array where copies were made, else null
     * @param before a sample of the values
     */
    private record Given(Parameter parameter, NDArray array, int address, ByteBuffer values, int before) {
        boolean isCurrent() {
            return parameter.getArray() == array && (values == null || sample(values) == before);
        }

        boolean isInPlace() {
            return parameter.getArray() == array && (address < 0 || addressOf(array.toByteBuffer(true)) == address);
        }
    }

    private final OnnxGraph graph;
    private final boolean copied;
    private final List<Given> given = new ArrayList<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> initializers = new HashMap<>();

    /**
     * @param copied whether the runtime may keep weights in its own order
     */
    OrtWeights(OnnxGraph graph, boolean copied) {
        this.graph = graph;
        this.copied = copied;
    }

    /**
     * Looks at all weights.
     *
     * @param loose which of them are inputs of each call
     */
    void look(Predicate<Parameter> loose) throws OrtException {
        for (Parameter parameter : graph.parameters()) {
            ByteBuffer values = look(parameter, copied);
            long[] shape = parameter.getArray().getShape().getShape();
            OnnxTensor tensor = OnnxTensor.createTensor(OrtModule.environment(), values.asFloatBuffer(), shape);
            tensors.add(tensor);
            if (loose.test(parameter)) {
                inputs.put(graph.name(parameter), tensor);
            } else {
                initializers.put(graph.name(parameter), tensor);
            }
        }
        for (OnnxGraph.Joined each : graph.joined()) {
            OnnxTensor tensor = OnnxTensor.createTensor(
                    OrtModule.environment(), below(each), each.shape().getShape());
            tensors.add(tensor);
            initializers.put(each.name(), tensor);
        }
        for (OnnxGraph.Quantized each : graph.quantized()) {
            Shape shape = each.weight().shape();
            QuantizedWeight rounded = QuantizedWeight.of(values(each.weight()), shape);
            long out = QuantizedWeight.columns(shape);
            long in = shape.get(1);
            OnnxTensor numbers = OnnxTensor.createTensor(
                    OrtModule.environment(), rounded.values(), new long[] {in, out}, OnnxJavaType.INT8);
            tensors.add(numbers);
            initializers.put(each.values(), numbers);
            OnnxTensor scales = OnnxTensor.createTensor(OrtModule.environment(), rounded.scales(), new long[] {out});
            tensors.add(scales);
            initializers.put(each.scales(), scales);
        }
    }

    /** Gives a session what is no input. */
    void give(OrtSession.SessionOptions options) throws OrtException {
        for (Map.Entry<String, OnnxTensor> entry : initializers.entrySet()) {
            options.addInitializer(entry.getKey(), entry.getValue());
        }
    }

    /** Only to be read, so that one of a single part is no copy. */
    private FloatBuffer values(OnnxGraph.Joined joined) {
        return joined.parts().size() == 1 ? look(joined.parts().get(0), true).asFloatBuffer() : below(joined);
    }

    private FloatBuffer below(OnnxGraph.Joined joined) {
        FloatBuffer all = ByteBuffer.allocateDirect(
                        Math.toIntExact(joined.shape().size() * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        joined.parts().forEach(part -> all.put(look(part, true).asFloatBuffer()));
        return all.rewind();
    }

    private ByteBuffer look(Parameter parameter, boolean watched) {
        NDArray array = parameter.getArray();
        ByteBuffer values = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
        boolean holds = EngineKind.of(array.getManager().getEngine().getEngineName()) == EngineKind.HOLDING;
        int address = holds ? -1 : addressOf(values);
        given.add(new Given(parameter, array, address, watched ? values : null, watched ? sample(values) : 0));
        return values;
    }

    private static int addressOf(ByteBuffer values) {
        return values.alignmentOffset(0, ADDRESSES);
    }

    private static int sample(ByteBuffer values) {
        int count = values.remaining() / Float.BYTES;
        int step = Math.max(1, count / SAMPLES);
        int sample = 1;
        for (int i = 0; i < count; i += step) {
            sample = 31 * sample + values.getInt(i * Float.BYTES);
        }
        return sample;
    }

    /** Whether the weights are what they were when they were given; of copies, some values of each. */
    boolean areCurrent() {
        for (Given each : given) {
            if (!each.isCurrent()) {
                return false;
            }
        }
        return true;
    }

    /** Whether arrays have their values where they were given: PyTorch puts those of {@code set} elsewhere. */
    boolean areInPlace() {
        for (Given each : given) {
            if (!each.isInPlace()) {
                return false;
            }
        }
        return true;
    }

    /** Those that each call has to be given. */
    Map<String, OnnxTensor> inputs() {
        return inputs;
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
    }
}
