package io.github.djltransformers.ops;

/** What an engine of DJL does with arrays. */
public enum EngineKind {
    /** Computes with them, and their gradients. */
    COMPUTING,
    /** Only holds them, for programs that compute: DJL's engine of ONNX Runtime. */
    HOLDING;

    /** The name of DJL's engine of ONNX Runtime. */
    public static final String ONNX_RUNTIME = "OnnxRuntime";

    /**
     * The kind of an engine.
     *
     * @param name as DJL has it, such as {@code PyTorch}
     */
    public static EngineKind of(String name) {
        return name.equals(ONNX_RUNTIME) ? HOLDING : COMPUTING;
    }
}
