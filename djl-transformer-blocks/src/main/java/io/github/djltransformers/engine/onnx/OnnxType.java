package io.github.djltransformers.engine.onnx;

import io.github.djltransformers.ops.ArgumentCheck;

/** The types of elements that graphs have here, with their numbers in ONNX's {@code TensorProto.DataType}. */
enum OnnxType {
    FLOAT(1),
    INT8(3),
    INT32(6),
    INT64(7),
    BOOL(9);

    private final int number;

    OnnxType(int number) {
        this.number = number;
    }

    /** The type of the values of an argument. */
    static OnnxType of(ArgumentCheck.Kind kind) {
        return switch (kind) {
            case FLOAT -> FLOAT;
            case INTEGER -> INT64;
            case BOOLEAN -> BOOL;
        };
    }

    int number() {
        return number;
    }
}
