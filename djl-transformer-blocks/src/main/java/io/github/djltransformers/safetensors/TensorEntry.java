package io.github.djltransformers.safetensors;

import ai.djl.ndarray.types.Shape;

/**
 * What a safetensors header says about one tensor.
 *
 * @param name the tensor's name
 * @param type the stored element type
 * @param shape the shape; a scalar has rank 0
 * @param begin the offset of the first byte, counted from the end of the header
 * @param end the offset after the last byte, counted from the end of the header
 */
public record TensorEntry(String name, SafeTensorsType type, Shape shape, long begin, long end) {

    /**
     * Returns the stored size.
     *
     * @return the size in bytes
     */
    public long byteSize() {
        return end - begin;
    }
}
