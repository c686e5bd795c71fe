package io.github.djltransformers.compile;

/** The arithmetic of the linear maps in a compiled program; all else is computed in float32. */
public enum Precision {
    /** As the block itself computes. */
    FLOAT32(1e-4f),
    /** Inputs and weights rounded to bfloat16 (8 bits of mantissa), products summed in float32. */
    BFLOAT16(0.1f),
    /**
     * Weights rounded to 8-bit integers with a scale for each output, inputs with one scale for the whole tensor, found at
     * run time ("dynamic quantisation"); products summed in 32-bit integers. CPU only.
     */
    INT8(0.35f);

    private final float tolerance;

    Precision(float tolerance) {
        this.tolerance = tolerance;
    }

    /**
     * How far a compiled result may be from the eager one for a program to be trusted: {@code |compiled - eager| / |eager|},
     * Euclidean norms over a whole output.
     */
    public float tolerance() {
        return tolerance;
    }
}
