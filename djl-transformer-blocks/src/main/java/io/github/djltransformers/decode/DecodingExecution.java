package io.github.djltransformers.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.Execution;

/** An execution of a generative model that also writes sequences its own way. */
public interface DecodingExecution extends Execution {
    /**
     * Reads the inputs.
     *
     * @param manager the parent of what the batch allocates
     * @return a batch of one row for each input; the caller closes it
     */
    DecodingBatch open(ParameterStore parameterStore, NDManager manager, TokenRows inputs);
}
