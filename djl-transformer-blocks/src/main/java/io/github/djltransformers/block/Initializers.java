package io.github.djltransformers.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.ops.HostArrays;

/** How transformer weights start. */
public final class Initializers {
    private Initializers() {}

    /**
     * Uniform in {@code [-a, a]}, {@code a = sqrt(6 / (fan in + fan out))} of an (out, in) matrix (Glorot and Bengio 2010,
     * equation 16).
     */
    public static Initializer xavierUniform() {
        return (manager, shape, dataType) ->
                uniform(Math.sqrt(6.0 / (shape.get(0) + shape.get(1)))).initialize(manager, shape, dataType);
    }

    /** Uniform in {@code [-bound, bound]}. */
    public static Initializer uniform(double bound) {
        return (manager, shape, dataType) -> converted(
                manager.randomUniform((float) -bound, (float) bound, shape, DataType.FLOAT32), manager, dataType);
    }

    /** Normal with mean 0 and the given standard deviation. */
    public static Initializer normal(double deviation) {
        return (manager, shape, dataType) ->
                converted(manager.randomNormal(0f, (float) deviation, shape, DataType.FLOAT32), manager, dataType);
    }

    private static NDArray converted(NDArray values, NDManager manager, DataType dataType) {
        if (dataType == values.getDataType()) {
            return values;
        }
        try (values) {
            NDArray converted = values.toType(dataType, true);
            converted.attach(manager);
            return converted;
        }
    }

    /** A table of constants; the shape must be that of the table. */
    public static Initializer constant(double[][] rows) {
        return (NDManager manager, Shape shape, DataType dataType) -> {
            double[] flat = new double[Math.toIntExact(shape.size())];
            int at = 0;
            for (double[] row : rows) {
                System.arraycopy(row, 0, flat, at, row.length);
                at += row.length;
            }
            if (dataType == DataType.FLOAT64) {
                return HostArrays.of(manager, flat, shape);
            }
            float[] floats = new float[flat.length];
            for (int i = 0; i < flat.length; i++) {
                floats[i] = (float) flat[i];
            }
            return HostArrays.of(manager, floats, shape);
        };
    }
}
