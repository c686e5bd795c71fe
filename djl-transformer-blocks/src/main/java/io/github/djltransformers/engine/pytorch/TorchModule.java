package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A loaded TorchScript class with the parameters that its methods read.
 *
 * <p>Threads share it: a call holds the read lock, replacing the list of weights or closing the write lock. The list holds
 * the parameters' own tensors, so that a change in place needs nothing; linear maps kept in another form are made again
 * when a tensor's version tells of a change.
 */
final class TorchModule implements AutoCloseable {
    private final PtNDManager home; // not the model's, which would free the module while it runs
    private final PtSymbolBlock block;
    private final List<Parameter> parameters;
    private final boolean packs;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private PtNDArray[] arrays;
    private IValue list;
    private IValue packed;
    private long packedChanges;
    private boolean closed;

    TorchModule(TorchSource source, TorchWeights weights, NDManager manager) {
        parameters = weights.parameters();
        packs = weights.packedType() != null;
        optimizeNothing();
        home = (PtNDManager) manager.getEngine().newBaseManager(manager.getDevice());
        boolean loaded = false;
        try {
            byte[] archive = TorchArchive.of(source.text());
            block = JniUtils.loadModule(home, new ByteArrayInputStream(archive), false, false);
            loaded = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!loaded) {
                home.close();
            }
        }
    }

    /** The profiling executor would specialise the program again for every new shape. The setting is a thread's own. */
    private static void optimizeNothing() {
        JniUtils.setGraphExecutorOptimize(false);
    }

    /**
     * Calls a method with the weights as its last arguments.
     *
     * @return the result, which the caller closes
     * @throws IllegalStateException if the module is closed
     */
    IValue call(String method, IValue... arguments) {
        optimizeNothing();
        lockFresh();
        try {
            IValue[] all = Arrays.copyOf(arguments, arguments.length + (packs ? 2 : 1));
            all[arguments.length] = list;
            if (packs) {
                all[arguments.length + 1] = packed;
            }
            return IValueUtils.runMethod(block, method, all);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Calls a method that needs no weights. */
    IValue callPlain(String method, IValue... arguments) {
        optimizeNothing();
        lock.readLock().lock();
        try {
            requireOpen();
            return IValueUtils.runMethod(block, method, arguments);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Makes linear maps that are kept in another form again, if the parameters have changed since. */
    void synchronize() {
        if (!packs) {
            return;
        }
        optimizeNothing();
        lock.readLock().lock();
        try {
            if (!changed()) {
                return; // mostly, and beside other threads
            }
        } finally {
            lock.readLock().unlock();
        }
        lock.writeLock().lock();
        try {
            if (changed()) {
                release();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Under a lock of either kind. */
    private boolean changed() {
        requireOpen();
        return list != null && changes() != packedChanges;
    }

    /** Takes the read lock where the list of weights is that of the parameters; holds none where it throws. */
    private void lockFresh() {
        while (true) {
            lock.readLock().lock();
            boolean fresh = false;
            try {
                fresh = fresh();
                if (fresh) {
                    return;
                }
            } finally {
                if (!fresh) {
                    lock.readLock().unlock();
                }
            }
            refresh();
        }
    }

    private boolean fresh() {
        requireOpen();
        if (list == null) {
            return false;
        }
        for (int i = 0; i < arrays.length; i++) {
            if (parameters.get(i).getArray() != arrays[i]) {
                return false;
            }
        }
        return true;
    }

    private void refresh() {
        lock.writeLock().lock();
        try {
            if (fresh()) {
                return;
            }
            release();
            arrays = parameters.stream().map(Parameter::getArray).toArray(PtNDArray[]::new);
            list = IValue.listFrom(arrays);
            if (packs) {
                packed = IValueUtils.runMethod(block, "pack", list);
                packedChanges = changes();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long changes() {
        try (IValue sum = IValueUtils.runMethod(block, "changes", list)) {
            return sum.toLong();
        }
    }

    private void release() {
        if (list != null) {
            list.close();
            list = null;
        }
        if (packed != null) {
            packed.close();
            packed = null;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "TorchModule: program must be open, got a closed one; its model has been closed");
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                release();
                home.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** An argument from an array, which must be of this engine. */
    static IValue argument(NDArray array) {
        return IValue.from((PtNDArray) array);
    }
}
