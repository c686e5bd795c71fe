package io.github.djltransformers.zoo.verify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Compares arrays where a mask says that they mean something. */
final class TensorComparison {
    private TensorComparison() {}

    /**
     * Compares all elements whose row and token the mask keeps.
     *
     * @param expected (B, ...)
     * @param keep (B, T) of the tokens, those of the queries for attention weights (B, H, T, S); null to compare everything
     */
    static TensorVerdict of(String name, NDArray expected, NDArray actual, NDArray keep, double tolerance) {
        Shape shape = expected.getShape();
        if (!shape.equals(actual.getShape())) {
            return TensorVerdict.impossible(name, tolerance, "shape must be " + shape + ", got " + actual.getShape());
        }
        float[] wanted = expected.toFloatArray();
        float[] given = actual.toFloatArray();
        int tokenAxis = shape.dimension() == 4 ? 2 : 1;
        boolean masked = keep != null
                && shape.dimension() > tokenAxis
                && shape.get(0) == keep.getShape().get(0)
                && shape.get(tokenAxis) == keep.getShape().get(1);
        boolean[] kept = masked ? kept(keep) : null;
        long inner = masked ? shape.slice(tokenAxis + 1).size() : 1;
        long tokens = masked ? shape.get(tokenAxis) : 1;
        long row = shape.size() / Math.max(1, shape.dimension() == 0 ? 1 : shape.get(0));
        long compared = 0;
        double worst = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (masked && !kept[(int) (i / row * tokens + i / inner % tokens)]) {
                continue;
            }
            compared++;
            double error = Math.abs((double) wanted[i] - given[i]);
            worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
        }
        return new TensorVerdict(name, compared, worst, tolerance, "");
    }

    private static boolean[] kept(NDArray keep) {
        long[] values = keep.toLongArray();
        boolean[] kept = new boolean[values.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = values[i] != 0;
        }
        return kept;
    }
}
