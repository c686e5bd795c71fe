package io.github.djltransformers.engine.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message in the wire format of Protocol Buffers (its specification, "Encoding"), whose long fields are written from where they are
 * and not held twice.
 */
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    /** Bytes that are made when they are written. */
    interface Bytes {
        /** How many. */
        long size();

        /** Writes as many. */
        void writeTo(OutputStream target) throws IOException;
    }

    private final List<Bytes> parts = new ArrayList<>();

    ProtobufMessage varint(int field, long value) {
        tag(field, VARINT);
        return number(value);
    }

    ProtobufMessage float32(int field, float value) {
        tag(field, FIXED_32);
        return raw(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
    }

    ProtobufMessage text(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        tag(field, LENGTH_DELIMITED);
        return number(bytes.length).raw(bytes);
    }

    ProtobufMessage bytes(int field, Bytes value) {
        tag(field, LENGTH_DELIMITED);
        number(value.size());
        parts.add(value);
        return this;
    }

    ProtobufMessage message(int field, ProtobufMessage value) {
        tag(field, LENGTH_DELIMITED);
        number(value.size());
        parts.addAll(value.parts);
        return this;
    }

    private void tag(int field, int wireType) {
        number((long) field << 3 | wireType);
    }

    /** Seven bits a byte, the lowest first, the highest bit telling that more come. */
    private ProtobufMessage number(long value) {
        byte[] bytes = new byte[10];
        int count = 0;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[count++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[count++] = (byte) rest;
        return raw(Arrays.copyOf(bytes, count));
    }

    private ProtobufMessage raw(byte... bytes) {
        parts.add(new Bytes() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream target) throws IOException {
                target.write(bytes);
            }
        });
        return this;
    }

    long size() {
        return parts.stream().mapToLong(Bytes::size).sum();
    }

    void writeTo(OutputStream target) throws IOException {
        for (Bytes part : parts) {
            part.writeTo(target);
        }
    }
}
