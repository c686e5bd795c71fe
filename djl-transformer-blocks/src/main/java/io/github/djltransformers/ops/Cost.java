package io.github.djltransformers.ops;

/**
 * What one forward pass must do at least, as {@link CostOps} counts it: the denominator of a speed figure.
 *
 * <p>A FLOP is one addition, subtraction, multiplication, division, comparison or value of a function (exp, tanh, erf, ...)
 * of floating-point numbers, so that a multiply-add is two.
 *
 * @param parameters elements of the parameters used, constants such as sinusoidal tables included; each one counts once,
 *     however often it is used
 * @param matmulFlops FLOPs of matrix products: the part that runs at a machine's matrix-product rate
 * @param otherFlops FLOPs of everything else
 * @param weightBytes bytes of parameters read, once at each use; a lookup reads the rows looked up
 * @param activationBytes bytes of the other arguments of each operation, read once, and of its result, written once
 */
public record Cost(long parameters, long matmulFlops, long otherFlops, long weightBytes, long activationBytes) {
    static final Cost NONE = new Cost(0, 0, 0, 0, 0);

    /** All FLOPs. */
    public long flops() {
        return matmulFlops + otherFlops;
    }

    /** All bytes moved. */
    public long bytes() {
        return weightBytes + activationBytes;
    }

    /**
     * The cost of two parts that have no parameter in common. Where they share some, apply both with one {@link CostOps}
     * instead, which counts a parameter once.
     */
    public Cost plus(Cost other) {
        return new Cost(
                parameters + other.parameters,
                matmulFlops + other.matmulFlops,
                otherFlops + other.otherFlops,
                weightBytes + other.weightBytes,
                activationBytes + other.activationBytes);
    }
}
