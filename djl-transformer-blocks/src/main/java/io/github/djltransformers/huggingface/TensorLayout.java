package io.github.djltransformers.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How a parameter lies in a file's tensor.
 *
 * @param transposed whether the tensor is (in, out) where parameters are (out, in)
 * @param part which of the parts that the rows are made of
 * @param parts how many parts there are
 * @param groups how many times the parts follow each other, each time a group of their rows: 1, or the number of heads
 */
record TensorLayout(boolean transposed, int part, int parts, int groups) {
    static final TensorLayout WHOLE = new TensorLayout(false, 0, 1, 1);

    /** The shape of the file's tensor, given the parameter's. */
    Shape stored(Shape parameter) {
        long[] sizes = parameter.getShape().clone();
        sizes[0] *= parts;
        if (transposed && sizes.length == 2) {
            return new Shape(sizes[1], sizes[0]);
        }
        return new Shape(sizes);
    }

    /** The layout of another part of the same tensor. */
    TensorLayout ofPart(int other) {
        return new TensorLayout(transposed, other, parts, groups);
    }

    /** The parameter in a file's tensor, its memory its own. */
    NDArray extract(NDArray stored, Shape parameter) {
        if (equals(WHOLE)) {
            return stored.getShape().equals(parameter) ? stored : stored.reshape(parameter);
        }
        NDArray rows = transposed && parameter.dimension() == 2 ? stored.transpose() : stored;
        if (parts > 1) {
            NDArray split = rows.reshape(groups, parts, -1);
            rows = split.get(new NDIndex().addAllDim().addIndices(part));
        }
        // A view would keep the whole tensor, and its strides.
        return rows.reshape(-1).mul(1).reshape(parameter);
    }

    /** The file's tensor made of its parts, in order. */
    static NDArray merge(List<NDArray> parameters, TensorLayout layout, Shape stored) {
        NDArray rows = parameters.get(0);
        if (layout.parts > 1) {
            List<NDArray> split = new ArrayList<>();
            parameters.forEach(parameter -> split.add(parameter.reshape(layout.groups, 1, -1)));
            rows = NDArrays.concat(new NDList(split), 1);
        }
        if (!layout.transposed || stored.dimension() != 2) {
            return rows.reshape(stored);
        }
        return rows.reshape(stored.get(1), stored.get(0)).transpose();
    }
}
