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
     * @param what asks for the computation, as the error names it
     * @throws UnsupportedOperationException if the engine only holds arrays
     */
    public static void requireComputing(String engine, String what) {
        if (of(engine) == HOLDING) {
            throw new UnsupportedOperationException(what + ": engine must compute operation by operation, got " + engine
                    + ", which runs compiled programs alone; use PyTorch or MXNet");
        }
    }

    /**
     * The kind of an engine.
     *
     * @param name as DJL has it, such as {@code PyTorch}
     */
    public static EngineKind of(String name) {
        return name.equals(ONNX_RUNTIME) ? HOLDING : COMPUTING;
    }
}
