package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What {@link ShapeOps} knows of a tensor.
 *
 * @param shape its shape
 * @param dataType its data type, or null where only shapes are known
 */
public record TensorShape(Shape shape, DataType dataType) {
    /** The shape and data type of an array. */
    public static TensorShape of(NDArray array) {
        return new TensorShape(array.getShape(), array.getDataType());
    }

    TensorShape withShape(long... dimensions) {
        return new TensorShape(new Shape(dimensions), dataType);
    }

    @Override
    public String toString() {
        return dataType == null ? shape.toString() : shape + " " + dataType.name();
    }
}
