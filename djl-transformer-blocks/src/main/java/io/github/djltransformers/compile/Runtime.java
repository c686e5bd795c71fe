package io.github.djltransformers.compile;

/** What runs a compiled program. */
public enum Runtime {
    /** The engine that the model lives in. */
    ENGINE,
    /**
     * ONNX Runtime, on the CPU, over the weights where the engine has them. It needs {@code com.microsoft.onnxruntime:onnxruntime} on
     * the class path.
     */
    ONNX
}
