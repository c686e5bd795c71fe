package io.github.djltransformers.run;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** What one step learns from, still outside native memory. */
public interface TrainingBatch {
    /**
     * The inputs of the model.
     *
     * @param manager owns the arrays and closes them after the step
     */
    NDList data(NDManager manager);

    /** The labels that the loss takes, as {@link #data}. */
    NDList labels(NDManager manager);

    /** The number of label tokens, without padding: what speed is measured in and losses are weighted with. */
    long tokens();
}
