package io.github.djltransformers.engine.onnx;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A weight as whole numbers, {@code weight[o][i] = scales[o] values[i][o]}, rounded to the nearest.
 *
 * <p>They are from -63 to 63: processors without instructions for it (VNNI) add two products of 8 bits in 16, which holds those of 7
 * bits alone.
 *
 * <p>There are columns of zeros behind until they are a multiple of 16: ONNX Runtime 1.21.1 computes the last few of others wrongly on
 * processors with AMX.
 *
 * @param values (in, columns)
 * @param scales (columns)
 */
record QuantizedWeight(ByteBuffer values, FloatBuffer scales) {
    private static final int LARGEST = 63;
    private static final int MULTIPLE = 16;

    /**
     * How many columns there are.
     *
     * @param shape (out, in)
     */
    static long columns(Shape shape) {
        return (shape.get(0) + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    }

    /**
     * @param shape (out, in)
     */
    static QuantizedWeight of(FloatBuffer weight, Shape shape) {
        int out = Math.toIntExact(shape.get(0));
        int in = Math.toIntExact(shape.get(1));
        int columns = Math.toIntExact(columns(shape));
        ByteBuffer values = ByteBuffer.allocateDirect(Math.multiplyExact(in, columns));
        FloatBuffer scales = ByteBuffer.allocateDirect(Math.multiplyExact(columns, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float[] row = new float[in];
        for (int o = 0; o < out; o++) {
            weight.get(o * in, row);
            float largest = 0;
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
            float scale = largest == 0 ? 1 : largest / LARGEST;
            scales.put(o, scale);
            for (int i = 0; i < in; i++) {
                values.put(i * columns + o, (byte) Math.round(row[i] / scale));
            }
        }
        return new QuantizedWeight(values, scales);
    }
}
