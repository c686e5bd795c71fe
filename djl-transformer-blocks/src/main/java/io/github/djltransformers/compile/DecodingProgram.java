package io.github.djltransformers.compile;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.TokenRows;

/** A compiled model that writes sequences; any number of threads may begin at once, each with rows of its own. */
public interface DecodingProgram extends AutoCloseable {
    /**
     * Reads what the model reads first, which was checked.
     *
     * @param manager the parent of what the rows allocate
     * @param inputs sources padded behind their end, beginnings before their first token
     * @return one row for each input; the caller closes them
     */
    ProgramRows begin(NDManager manager, TokenRows inputs);

    /** Frees the program. */
    @Override
    void close();
}
