package io.github.djltransformers.compile;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** A compiled function, which any number of threads may run at once. */
public interface Program extends AutoCloseable {
    /**
     * Runs the program.
     *
     * @param manager the owner of the results
     * @param inputs those that are given, in the order of the function's
     * @throws IllegalStateException if the program is closed
     */
    NDList run(NDManager manager, NDList inputs);

    /** Frees the program. */
    @Override
    void close();
}
