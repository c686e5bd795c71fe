package io.github.djltransformers.zoo.verify;

/**
 * What a comparison of one tensor gave.
 *
 * @param name of the reference tensor
 * @param compared how many elements were compared
 * @param largestError the largest absolute difference; infinite where the tensors could not be compared
 * @param tolerance the largest difference allowed
 * @param remark why they could not be compared, or empty
 */
public record TensorVerdict(String name, long compared, double largestError, double tolerance, String remark) {
    /** A comparison that was not possible. */
    static TensorVerdict impossible(String name, double tolerance, String remark) {
        return new TensorVerdict(name, 0, Double.POSITIVE_INFINITY, tolerance, remark);
    }

    /** Whether the tensor is as close as it must be. */
    public boolean passed() {
        return largestError <= tolerance;
    }
}
