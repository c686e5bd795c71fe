package io.github.djltransformers.compile;

/** What runs a compiled program. */
public enum Runtime {
    /** {@link #ONNX} where it takes the model, its device and the precision, else {@link #ENGINE}. */
    AUTOMATIC,
    /** The engine that the model lives in. */
    ENGINE,
    /**
     * ONNX Runtime, on the CPU, over the weights where the engine has them. It needs {@code com.microsoft.onnxruntime:onnxruntime} on
     * the class path.
     */
    ONNX
}
