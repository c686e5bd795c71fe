package io.github.djltransformers.block;

import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;

/** A way to compute a block outside training, other than operation by operation. */
public interface Execution {
    /**
     * Computes the block.
     *
     * @param inputs already checked
     * @return what the block's eager execution returns, but for rounding
     */
    NDList run(ParameterStore parameterStore, NDList inputs);

    /** The block has got or lost parts, so that nothing known of it holds any more. */
    default void partsChanged() {}
}
