package io.github.djltransformers.safetensors;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;

/** Tensors by name, in one file or in several. */
public interface TensorSource extends Closeable {
    /** The names of the tensors, unmodifiable. */
    Set<String> names();

    /**
     * What is known of a tensor without reading it.
     *
     * @throws IllegalArgumentException if there is no such tensor
     */
    TensorEntry entry(String name);

    /**
     * Reads a tensor, as {@link SafeTensorsFile#read} does.
     *
     * @param manager the owner of the array, and whose device it is put on
     * @throws IOException if it cannot be read
     * @throws MalformedModelException if it is of a type that is not read
     */
    NDArray read(NDManager manager, String name) throws IOException, MalformedModelException;
}
