package io.github.djltransformers.benchmark;

/** How a block is run. */
public enum Mode {
    /** Operation by operation. */
    EAGER,
    /** As a compiled program. */
    COMPILED,
    /** As a compiled program that has float32 weights in the engine's own order. */
    PACKED,
    /** As a compiled program that ONNX Runtime runs, weights in its own order. */
    ONNX,
    /** The block that DJL itself has for the purpose, eagerly. */
    STOCK
}
