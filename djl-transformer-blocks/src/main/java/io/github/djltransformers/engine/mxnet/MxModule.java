package io.github.djltransformers.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.mxnet.jna.LibUtils;
import ai.djl.mxnet.jna.MxnetLibrary;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * A loaded symbol graph, which any number of threads may call.
 *
 * <p>The parameters' arrays are looked up at each call, so that one changed in place or replaced is seen by the next. A call
 * holds the read lock, closing the write lock.
 */
final class MxModule implements AutoCloseable {
    private static final MxnetLibrary LIBRARY = LibUtils.loadLibrary();

    private final List<Parameter> parameters;
    private final int[]
            places; // for each of the inputs, then the parameters, where the engine wants it; -1 for nowhere
    private final int inputs;
    private final int size; // of the engine's list of inputs and parameters
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean called;
    private Pointer handle;

    MxModule(MxProgramSource source, NDManager manager) {
        parameters = source.parameters();
        inputs = source.inputs();
        try (Symbol symbol = Symbol.loadJson((MxNDManager) manager, source.json())) {
            List<String> names = Arrays.asList(symbol.getAllNames());
            places = IntStream.range(0, inputs + parameters.size())
                    .map(i -> names.indexOf(i < inputs ? "x" + i : "w" + (i - inputs)))
                    .toArray();
            size = names.size();
            handle = load(symbol, size);
        }
    }

    /** Memory planned once for all calls ("static") would be planned anew at each new shape, which costs more. */
    private static Pointer load(Symbol symbol, int arguments) {
        String[] keys = {"data_indices", "param_indices", "static_alloc", "static_shape"};
        String all = Arrays.toString(IntStream.range(0, arguments).toArray());
        String[] values = {all, "[]", "False", "False"};
        PointerByReference created = new PointerByReference();
        JnaUtils.checkCall(LIBRARY.MXCreateCachedOpEx(symbol.getHandle(), keys.length, keys, values, created));
        return created.getValue();
    }

    /**
     * Runs the graph.
     *
     * @param manager the owner of the results
     * @param given one array for each input
     */
    MxNDArray[] call(NDManager manager, NDArray... given) {
        lock.readLock().lock();
        try {
            if (handle == null) {
                throw closedProgram();
            }
            MxNDArray[] arguments = new MxNDArray[size];
            for (int i = 0; i < places.length; i++) {
                if (places[i] >= 0) {
                    arguments[places[i]] = (MxNDArray)
                            (i < inputs ? given[i] : parameters.get(i - inputs).getArray());
                }
            }
            return called ? invoke(manager, arguments) : invokeFirst(manager, arguments);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The engine looks a new graph over at its first call, and takes no lock against other calls then. */
    private synchronized MxNDArray[] invokeFirst(NDManager manager, MxNDArray[] arguments) {
        MxNDArray[] results = invoke(manager, arguments);
        called = true;
        return results;
    }

    private MxNDArray[] invoke(NDManager manager, MxNDArray[] arguments) {
        return JnaUtils.cachedOpInvoke((MxNDManager) manager, handle, arguments);
    }

    static IllegalStateException closedProgram() {
        return new IllegalStateException("MxModule: program must be open, got a closed one; its model has been closed");
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != null) {
                JnaUtils.freeCachedOp(handle);
                handle = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
