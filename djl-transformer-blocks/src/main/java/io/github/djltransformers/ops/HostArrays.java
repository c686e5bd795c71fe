package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes arrays of Java's numbers, which {@code NDManager.create} does not do safely: DJL's MXNet engine hands the address of
 * a buffer of its own to the engine and lets go of the buffer, so that a garbage collection may free it before it is copied.
 * Here the buffer is held until the array is made.
 */
public final class HostArrays {
    private HostArrays() {}

    /** An INT64 array. */
    public static NDArray of(NDManager manager, long[] values, Shape shape) {
        ByteBuffer buffer = buffer(values.length, Long.BYTES);
        buffer.asLongBuffer().put(values);
        return of(manager, buffer, shape, DataType.INT64);
    }

    /** A FLOAT32 array. */
    public static NDArray of(NDManager manager, float[] values, Shape shape) {
        ByteBuffer buffer = buffer(values.length, Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return of(manager, buffer, shape, DataType.FLOAT32);
    }

    /** A FLOAT64 array. */
    public static NDArray of(NDManager manager, double[] values, Shape shape) {
        ByteBuffer buffer = buffer(values.length, Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        return of(manager, buffer, shape, DataType.FLOAT64);
    }

    /** A BOOLEAN array. */
    public static NDArray of(NDManager manager, boolean[] values, Shape shape) {
        ByteBuffer buffer = buffer(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            buffer.put(i, (byte) (values[i] ? 1 : 0));
        }
        return of(manager, buffer, shape, DataType.BOOLEAN);
    }

    /** An INT64 array of one axis. */
    public static NDArray of(NDManager manager, long... values) {
        return of(manager, values, new Shape(values.length));
    }

    /** A FLOAT32 array of one axis. */
    public static NDArray of(NDManager manager, float... values) {
        return of(manager, values, new Shape(values.length));
    }

    /** A FLOAT32 array without axes. */
    public static NDArray scalar(NDManager manager, float value) {
        return of(manager, new float[] {value}, new Shape());
    }

    private static ByteBuffer buffer(int size, int bytes) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size, bytes)).order(ByteOrder.nativeOrder());
    }

    private static NDArray of(NDManager manager, ByteBuffer buffer, Shape shape, DataType type) {
        try {
            return manager.create(buffer, shape, type);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }
}
