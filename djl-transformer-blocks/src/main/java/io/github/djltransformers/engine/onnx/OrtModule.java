package io.github.djltransformers.engine.onnx;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.ops.EngineKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A graph in ONNX Runtime over the weights where the engine has them, so that a value changed in place is seen; its sessions are made
 * again when a parameter got another array, or {@link OrtWeights} sees that what was copied has changed. Any number of threads may call
 * it; a call holds the read lock, making and closing the write lock.
 */
final class OrtModule implements AutoCloseable {
    private final OnnxGraph graph;
    private final boolean packed;
    private byte[] model;
    private Predicate<Parameter> isLoose;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private OrtSessions sessions; // none where they could not be made again
    private boolean closed;

    /**
     * @param config says whether the runtime may keep weights in its own order too; rounded ones are copies anyhow
     */
    OrtModule(OnnxGraph graph, String name, CompilationConfig config) {
        this.graph = graph;
        packed = config.weights() == WeightStorage.PACKED || config.precision() == Precision.INT8;
        try {
            load(name, graph::isFolded);
        } catch (IllegalStateException e) {
            // It looked at a weight before it was given it, to make the graph simpler.
            load(name, parameter -> true);
        }
    }

    /**
     * @param loose which weights are inputs
     */
    private void load(String name, Predicate<Parameter> loose) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new OnnxFile(graph, name, Map.of()).modelOfGiven(loose).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        model = bytes.toByteArray();
        isLoose = loose;
        open();
    }

    static OrtEnvironment environment() {
        return Environment.ONE;
    }

    /** The environment of the process. DJL's engine of ONNX Runtime makes its own, and fails where there is one before. */
    private static final class Environment {
        static final OrtEnvironment ONE = make();

        private static OrtEnvironment make() {
            if (Engine.hasEngine(EngineKind.ONNX_RUNTIME)) {
                Engine.getEngine(EngineKind.ONNX_RUNTIME);
            }
            return OrtEnvironment.getEnvironment();
        }
    }

    static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("OrtModule: ONNX Runtime must run the program, got: " + e.getMessage(), e);
    }

    private void open() {
        sessions = new OrtSessions(graph, model, packed, isLoose);
    }

    /**
     * Runs the graph.
     *
     * @param tokens that go through each linear map
     * @return what the caller closes
     */
    OrtSession.Result call(long tokens, Map<String, OnnxTensor> inputs) {
        return call(tokens, inputs, Set.of(), Map.of());
    }

    /**
     * Runs the graph.
     *
     * @param tokens that go through each linear map
     * @param wanted outputs that the runtime makes, where there are places for others; else it makes all
     * @param places tensors that outputs are written to
     * @return what the caller closes
     */
    OrtSession.Result call(
            long tokens, Map<String, OnnxTensor> inputs, Set<String> wanted, Map<String, OnnxTensor> places) {
        lock.readLock().lock();
        try {
            if (isCurrent()) {
                Map<String, OnnxTensor> all = inputs;
                Map<String, OnnxTensor> loose = sessions.weights().inputs();
                if (!loose.isEmpty()) {
                    all = new HashMap<>(loose);
                    all.putAll(inputs);
                }
                OrtSession session = sessions.of(tokens);
                return places.isEmpty() ? session.run(all) : session.run(all, wanted, places);
            }
        } catch (OrtException e) {
            throw failed(e);
        } finally {
            lock.readLock().unlock();
        }
        renew();
        return call(tokens, inputs, wanted, places);
    }

    /** To be called before a calculation, which may be one of several calls: reads weights again whose arrays have them elsewhere now. */
    void look() {
        lock.readLock().lock();
        try {
            if (sessions == null || sessions.weights().areInPlace()) {
                return;
            }
        } finally {
            lock.readLock().unlock();
        }
        lock.writeLock().lock();
        try {
            if (!closed && sessions != null && !sessions.weights().areInPlace()) {
                free();
                open();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean isCurrent() {
        if (closed) {
            throw new IllegalStateException(
                    "OrtModule: program must be open, got a closed one; its model has been closed");
        }
        return sessions != null && sessions.weights().areCurrent();
    }

    private void renew() {
        lock.writeLock().lock();
        try {
            if (!isCurrent()) {
                free();
                open();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void free() {
        if (sessions != null) {
            sessions.close();
            sessions = null;
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            free();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** An array where the engine has it, INT32 as a copy in INT64. */
    static OnnxTensor tensor(NDArray array) {
        long[] shape = array.getShape().getShape();
        try {
            if (array.getDataType() == DataType.BOOLEAN) {
                return OnnxTensor.createTensor(environment(), values(array), shape, OnnxJavaType.BOOL);
            }
            if (array.getDataType() == DataType.FLOAT32) {
                return OnnxTensor.createTensor(environment(), values(array).asFloatBuffer(), shape);
            }
            if (array.getDataType() == DataType.INT64) {
                return OnnxTensor.createTensor(environment(), values(array).asLongBuffer(), shape);
            }
            try (NDArray whole = array.toType(DataType.INT64, true)) {
                return OnnxTensor.createTensor(environment(), copy(whole).asLongBuffer(), shape);
            }
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static ByteBuffer values(NDArray array) {
        return array.size() == 0
                ? ByteBuffer.allocateDirect(0)
                : array.toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer copy(NDArray array) {
        ByteBuffer own = array.toByteBuffer(false);
        ByteBuffer direct = ByteBuffer.allocateDirect(own.remaining()).order(ByteOrder.nativeOrder());
        direct.put(own).rewind();
        return direct;
    }

    /** Zeros. */
    static OnnxTensor zeros(long... shape) {
        int bytes = Math.toIntExact(LongStream.of(shape).reduce(Float.BYTES, Math::multiplyExact));
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        try {
            return OnnxTensor.createTensor(environment(), direct.asFloatBuffer(), shape);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Truth values. */
    static OnnxTensor flags(long[] shape, boolean... values) {
        ByteBuffer direct = ByteBuffer.allocateDirect(values.length).order(ByteOrder.nativeOrder());
        for (boolean value : values) {
            direct.put((byte) (value ? 1 : 0));
        }
        try {
            return OnnxTensor.createTensor(environment(), direct.rewind(), shape, OnnxJavaType.BOOL);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Whole numbers of 32 bits. */
    static OnnxTensor counts(long[] shape, int... values) {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        IntBuffer buffer = direct.asIntBuffer();
        buffer.put(values).rewind();
        try {
            return OnnxTensor.createTensor(environment(), buffer, shape);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Whole numbers in a row. */
    static OnnxTensor row(int... values) {
        return numbers(
                new long[] {values.length}, IntStream.of(values).asLongStream().toArray());
    }

    /** Whole numbers. */
    static OnnxTensor numbers(long[] shape, long... values) {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
        LongBuffer buffer = direct.asLongBuffer();
        buffer.put(values).rewind();
        try {
            return OnnxTensor.createTensor(environment(), buffer, shape);
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
