package io.github.djltransformers.ops;

/**
 * How finely integers stand for what enters a linear map. Processors that add products of 8 bits in 16 have no room for 8 bits of both.
 *
 * @param weight steps from zero to the largest absolute value of an output's weights
 * @param input steps from the smallest value of a tensor, or zero, to its largest, or zero
 */
public record IntegerSteps(int weight, int input) {
    /** Weights of 8 bits with a sign, inputs of 7. */
    public static final IntegerSteps FINE_WEIGHTS = new IntegerSteps(127, 127);

    /** Weights of 7 bits with a sign, inputs of 8. */
    public static final IntegerSteps FINE_INPUTS = new IntegerSteps(63, 255);
}
