package io.github.djltransformers.engine.onnx;

/**
 * A tensor in an ONNX graph. Tokens' features are mostly kept as a matrix with a row a token, as linear maps take them: {@code
 * leading} then says which axes its rows stand for.
 *
 * @param name of the input, parameter, constant or output of a node
 * @param leading (rank - 1) INT64, the sizes of all axes but the last, where the tensor is kept as a matrix; else null
 * @param heads H where it is known when the graph is written, else 0
 * @param single whether the tensor is known to hold one token of each row, T = 1
 * @param shared whether each row of it stands for several rows, side by side, of what it is used with
 */
record OnnxValue(String name, OnnxValue leading, int heads, boolean single, boolean shared) {
    static OnnxValue of(String name) {
        return new OnnxValue(name, null, 0, false, false);
    }

    boolean isMatrix() {
        return leading != null;
    }

    OnnxValue asMatrixOf(OnnxValue sizes) {
        return new OnnxValue(name, sizes, heads, single, shared);
    }

    OnnxValue withHeads(int count) {
        return new OnnxValue(name, leading, count, single, shared);
    }

    OnnxValue withSingle(boolean known) {
        return new OnnxValue(name, leading, heads, known, shared);
    }

    OnnxValue asShared() {
        return new OnnxValue(name, leading, heads, single, true);
    }

    OnnxValue unshared() {
        return new OnnxValue(name, leading, heads, single, false);
    }

    /** Another tensor of the same axes, heads and tokens. */
    OnnxValue like(OnnxValue other) {
        return new OnnxValue(name, other.leading, other.heads, other.single, other.shared);
    }
}
