package io.github.djltransformers.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An ONNX file as ONNX Runtime itself runs it. */
public final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** Opens a file. */
    public OnnxSession(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(file.toString(), options);
        }
    }

    /** The inputs, in the order of the file. */
    public List<String> inputs() {
        return List.copyOf(session.getInputNames());
    }

    /** The outputs, in the order of the file. */
    public List<String> outputs() {
        return List.copyOf(session.getOutputNames());
    }

    /** Runs with inputs in the order of the file. */
    public NDList run(NDManager manager, NDList inputs) throws OrtException {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        List<String> names = inputs();
        for (int i = 0; i < names.size(); i++) {
            given.put(names.get(i), tensor(inputs.get(i)));
        }
        NDList outputs = new NDList();
        try (OrtSession.Result result = session.run(given)) {
            for (Map.Entry<String, ?> output : result) {
                OnnxTensor tensor = (OnnxTensor) output.getValue();
                FloatBuffer values = tensor.getFloatBuffer();
                float[] numbers = new float[values.remaining()];
                values.get(numbers);
                outputs.add(manager.create(numbers, new Shape(tensor.getInfo().getShape())));
            }
        }
        given.values().forEach(OnnxTensor::close);
        return outputs;
    }

    private OnnxTensor tensor(NDArray array) throws OrtException {
        long[] shape = array.getShape().getShape();
        if (array.getDataType() == DataType.FLOAT32) {
            return OnnxTensor.createTensor(environment, FloatBuffer.wrap(array.toFloatArray()), shape);
        }
        if (array.getDataType() == DataType.BOOLEAN) {
            List<Byte> bytes = new ArrayList<>();
            for (boolean value : array.toBooleanArray()) {
                bytes.add((byte) (value ? 1 : 0));
            }
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.size()).order(ByteOrder.nativeOrder());
            bytes.forEach(buffer::put);
            return OnnxTensor.createTensor(environment, buffer.rewind(), shape, ai.onnxruntime.OnnxJavaType.BOOL);
        }
        NDArray whole = array.toType(DataType.INT64, false);
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(whole.toLongArray()), shape);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
