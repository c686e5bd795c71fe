package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Arithmetic with numbers that gradients may pass through.
 *
 * <p>{@link NDArray#mul(Number)} must not be recorded: on PyTorch DJL wraps the number in a tensor over the memory of a Java
 * buffer and lets go of the buffer at once, while the tensor waits for the backward pass. A garbage collection between the
 * two leaves the gradient to whatever is written there next.
 */
public final class Scalars {
    private Scalars() {}

    /** {@code factor x}, in the data type of x, the factor held in the engine's own memory. */
    public static NDArray times(NDArray x, double factor) {
        try (NDArray scalar = x.getManager().full(new Shape(1), (float) factor, x.getDataType())) {
            return x.mul(scalar);
        }
    }
}
