package io.github.djltransformers.compile;

/** The arithmetic of the linear maps in a compiled program; all else is computed in float32. */
public enum Precision {
    /** As the block itself computes. */
    FLOAT32(1e-4f),
    /** Inputs and weights rounded to bfloat16 (8 bits of mantissa), products summed in float32. */
    BFLOAT16(0.03f),
    /**
     * Weights rounded to integers of 8 bits, or 7 where inputs have 8 ({@link io.github.djltransformers.ops.IntegerSteps}), with a
     * scale for each output, inputs with one scale for the whole tensor, found at run time ("dynamic quantisation"); products summed in 32-bit integers. CPU only.
     */
    INT8(0.15f);

    private static final int TIMES_ROUNDING = 3;

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

    /**
     * The same, where it is known what rounding alone does: a few times that, since in a deep block the same rounding with
     * sums in another order ends elsewhere.
     *
     * @param rounding how far the eager result with rounded inputs and weights is from the eager one
     */
    double tolerance(double rounding) {
        return Math.min(tolerance, Math.max(FLOAT32.tolerance, TIMES_ROUNDING * rounding));
    }
}
