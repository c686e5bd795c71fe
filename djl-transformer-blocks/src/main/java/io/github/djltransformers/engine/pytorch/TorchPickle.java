package io.github.djltransformers.engine.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the pickle (protocol 2, the one TorchScript uses) of a tree of modules. Opcodes are those of Python's
 * {@code pickletools}; nothing is memoised.
 */
final class TorchPickle {
    private static final int PROTOCOL = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TorchPickle() {
        bytes.write(0x80); // PROTO
        bytes.write(PROTOCOL);
    }

    /** Begins an object of a class of the archive; attributes follow, then {@link #endObject}. */
    void beginObject(String type) {
        global("__torch__", type);
        bytes.write(')'); // EMPTY_TUPLE
        bytes.write(0x81); // NEWOBJ
        bytes.write('}'); // EMPTY_DICT
        mark();
    }

    void endObject() {
        bytes.write('u'); // SETITEMS
        bytes.write('b'); // BUILD
    }

    /**
     * A contiguous FLOAT32 tensor without gradient, on the CPU until it is moved.
     *
     * @param storage the number of the entry below {@code data} that holds the values
     */
    void tensor(int storage, long... shape) {
        long elements = 1;
        long[] strides = new long[shape.length];
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = elements;
            elements *= shape[axis];
        }
        global("torch._utils", "_rebuild_tensor_v2");
        mark();
        mark();
        string("storage");
        global("torch", "FloatStorage");
        string(Integer.toString(storage));
        string("cpu");
        number(elements);
        tuple();
        bytes.write('Q'); // BINPERSID
        number(0);
        numbers(shape);
        numbers(strides);
        bool(false);
        // Hooks of the gradient: none.
        global("collections", "OrderedDict");
        bytes.write(')'); // EMPTY_TUPLE
        bytes.write('R'); // REDUCE
        tuple();
        bytes.write('R'); // REDUCE
    }

    void string(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        bytes.write('X'); // BINUNICODE
        littleEndian(text.length, Integer.BYTES);
        bytes.writeBytes(text);
    }

    void bool(boolean value) {
        bytes.write(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    }

    private void numbers(long... values) {
        mark();
        for (long value : values) {
            number(value);
        }
        tuple();
    }

    /** A number that is not negative. */
    private void number(long value) {
        if (value <= 0xff) {
            bytes.write('K'); // BININT1
            littleEndian(value, 1);
        } else if (value <= Integer.MAX_VALUE) {
            bytes.write('J'); // BININT
            littleEndian(value, Integer.BYTES);
        } else {
            bytes.write(0x8a); // LONG1
            bytes.write(Long.BYTES);
            littleEndian(value, Long.BYTES);
        }
    }

    private void global(String module, String name) {
        bytes.write('c'); // GLOBAL
        bytes.writeBytes((module + '\n' + name + '\n').getBytes(StandardCharsets.UTF_8));
    }

    private void mark() {
        bytes.write('('); // MARK
    }

    private void tuple() {
        bytes.write('t'); // TUPLE
    }

    private void littleEndian(long value, int size) {
        for (int i = 0; i < size; i++) {
            bytes.write((int) (value >>> 8 * i));
        }
    }

    /** Ends the pickle. */
    byte[] finish() {
        bytes.write('.'); // STOP
        return bytes.toByteArray();
    }
}
