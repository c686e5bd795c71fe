package io.github.djltransformers.engine.mxnet;

import ai.djl.ndarray.NDArray;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes arrays with names as MXNet's own {@code .params} files hold them; all numbers are little-endian. */
final class MxArrayFile {
    private static final long LIST_MAGIC = 0x112;
    /** Of an array in the second version of the format: its storage type stands before its shape. */
    private static final int ARRAY_MAGIC = 0xF993FAC9;

    private static final int DENSE = 0;
    private static final int CPU = 1;
    private static final int FLOAT32 = 0;

    private final OutputStream target;

    private MxArrayFile(OutputStream target) {
        this.target = target;
    }

    /** Writes FLOAT32 arrays, one of them in memory at a time. */
    static void write(OutputStream target, Map<String, NDArray> arrays) throws IOException {
        MxArrayFile file = new MxArrayFile(new BufferedOutputStream(target));
        file.write(LIST_MAGIC, Long.BYTES);
        file.write(0, Long.BYTES); // reserved
        file.write(arrays.size(), Long.BYTES);
        for (NDArray array : arrays.values()) {
            file.write(array);
        }
        file.write(arrays.size(), Long.BYTES);
        for (String name : arrays.keySet()) {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            file.write(text.length, Long.BYTES);
            file.target.write(text);
        }
        file.target.flush();
    }

    private void write(NDArray array) throws IOException {
        long[] shape = array.getShape().getShape();
        write(ARRAY_MAGIC, Integer.BYTES);
        write(DENSE, Integer.BYTES);
        write(shape.length, Integer.BYTES);
        for (long size : shape) {
            write(size, Long.BYTES);
        }
        write(CPU, Integer.BYTES);
        write(0, Integer.BYTES); // which CPU
        write(FLOAT32, Integer.BYTES);
        ByteBuffer values = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        WritableByteChannel channel = Channels.newChannel(target);
        while (values.hasRemaining()) {
            channel.write(values);
        }
    }

    private void write(long value, int size) throws IOException {
        for (int i = 0; i < size; i++) {
            target.write((int) (value >>> 8 * i));
        }
    }
}
