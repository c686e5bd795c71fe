package io.github.djltransformers.ops;

import java.util.List;

/** A function of tensors, written once over {@link TensorOps}: what interpreters run, measure and compile. */
@FunctionalInterface
public interface TensorFunction {
    /**
     * Applies the function in the meaning that the interpreter gives.
     *
     * @param inputs in the order that the function documents, null for an optional one that is absent
     */
    <T> List<T> apply(TensorOps<T> ops, List<T> inputs);
}
