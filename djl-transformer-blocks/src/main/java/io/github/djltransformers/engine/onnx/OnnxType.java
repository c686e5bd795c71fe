package io.github.djltransformers.engine.onnx;

/** The types of elements that graphs have here, with their numbers in ONNX's {@code TensorProto.DataType}. */
enum OnnxType {
    FLOAT(1),
    INT8(3),
    INT64(7),
    BOOL(9);

    private final int number;

    OnnxType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
