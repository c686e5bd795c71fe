package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The whole-number arrays of {@link NDArrayOps}, made of operators that all engines have. */
final class IndexArrays {
    private IndexArrays() {}

    /** As {@link TensorOps#countKept}. */
    static NDArray countKept(NDArray keep, NDArray ids) {
        long rows = keep.getShape().get(0);
        long tokens = keep.getShape().get(3);
        NDArray counts =
                keep.toType(DataType.INT64, false).reshape(rows, tokens).cumSum(1);
        NDArray last = counts.get(
                new NDIndex().addAllDim().addSliceDim(tokens - ids.getShape().get(1), tokens));
        return last.toType(DataType.INT64, false).sub(1).maximum(0);
    }

    /**
     * As {@link TensorOps#distances}.
     *
     * @param rows (2 r + 1)
     */
    static NDArray distances(NDArray x, long past, NDArray rows) {
        int queries = (int) x.getShape().get(1);
        int keys = (int) past + queries;
        int reach = (int) (rows.getShape().get(0) / 2);
        long[] places = new long[queries * keys];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < keys; j++) {
                int distance = j - (i + keys - queries);
                places[i * keys + j] = Math.max(-reach, Math.min(reach, distance)) + reach;
            }
        }
        NDArray taken = rows.get(HostArrays.of(x.getManager(), places));
        taken.attach(x.getManager());
        return taken.toType(DataType.INT64, false).reshape(queries, keys);
    }

    /** As {@link TensorOps#pick}, by a flat index, since engines gather in different ways. */
    static NDArray pick(NDArray x, NDArray columns) {
        Shape shape = x.getShape();
        long leading = shape.get(0) * shape.get(1);
        long queries = shape.get(2);
        long width = shape.get(3);
        long keys = columns.getShape().get(1);
        NDManager manager = x.getManager();
        NDArray begin = manager.arange(0, Math.toIntExact(leading * queries))
                .toType(DataType.INT64, false)
                .mul(width)
                .reshape(leading, queries, 1);
        NDArray flat = begin.add(columns.reshape(1, queries, keys)).reshape(-1);
        return x.reshape(-1).get(flat).reshape(shape.get(0), shape.get(1), queries, keys);
    }
}
