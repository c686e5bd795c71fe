package io.github.djltransformers.compile;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;

/** A compiled model that writes sequences; any number of threads may open batches at once, each used by one. */
public interface DecodingProgram extends AutoCloseable {
    /**
     * Reads the inputs: sources of an encoder-decoder model, or beginnings, of one length, of a decoder-only one.
     *
     * @param manager the parent of what the batch allocates
     * @return a batch of one row for each input; the caller closes it
     */
    DecodingBatch open(NDManager manager, TokenRows inputs);

    /** Frees the program. */
    @Override
    void close();
}
