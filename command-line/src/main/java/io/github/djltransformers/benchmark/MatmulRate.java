package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The product of two square float32 matrices: the rate that an engine reaches on this machine. */
final class MatmulRate implements Workload, AutoCloseable {
    private final NDManager owner;
    private final NDArray left;
    private final NDArray right;
    private final int size;

    /**
     * @param size n of (n, n)
     */
    MatmulRate(NDManager manager, int size) {
        this.size = size;
        owner = manager.newSubManager();
        left = owner.randomNormal(new Shape(size, size));
        right = owner.randomNormal(new Shape(size, size));
    }

    String engine() {
        return owner.getEngine().getEngineName();
    }

    /** FLOPs of one run. */
    double flops() {
        return 2.0 * size * size * size;
    }

    @Override
    public void run() {
        try (NDArray product = left.matMul(right)) {
            Results.await(product);
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
