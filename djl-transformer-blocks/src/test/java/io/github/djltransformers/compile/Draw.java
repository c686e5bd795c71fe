package io.github.djltransformers.compile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.testing.Samples;
import java.util.Random;

/** One of a case's inputs at random: B in [1, 5], T and S in [1, 130], their edges first; masks of each kind in turn. */
final class Draw {
    static final int LONGEST = 130;
    static final int COUNT = 8;
    private static final long[] TARGETS = {1, 2, 129, 130, 1, 130};
    private static final long[] SOURCES = {1, 130, 2, 129, 130, 1};

    final long batch;
    final long length;
    final long sourceLength;
    private final NDManager manager;
    private final Random random;
    private int masks;

    Draw(NDManager manager, int index, long seed) {
        this.manager = manager;
        random = new Random(31 * seed + index);
        batch = 1 + random.nextInt(5);
        length = index < TARGETS.length ? TARGETS[index] : 1 + random.nextInt(LONGEST);
        sourceLength = index < SOURCES.length ? SOURCES[index] : 1 + random.nextInt(LONGEST);
        masks = index;
    }

    NDArray normal(long... shape) {
        return Samples.normal(manager, DataType.FLOAT32, random.nextLong(), shape);
    }

    NDArray ids(int vocabulary, long count) {
        return Samples.ids(manager, random.nextLong(), vocabulary, batch, count);
    }

    /** Some (1|B, 1|H, 1|T, S). */
    NDArray mask(long heads, long queries, long keys) {
        return switch (masks++ % 6) {
            case 0 -> padding(keys);
            case 1 -> bernoulli(0.7, batch, heads, queries, keys);
            case 2 -> bernoulli(0.5, 1, 1, 1, keys);
            case 3 -> rowsOfNothing(heads, queries, keys);
            case 4 -> bernoulli(0, batch, 1, queries, keys);
            default -> bernoulli(0.6, oneOr(batch), oneOr(heads), oneOr(queries), keys);
        };
    }

    /** (B, 1, 1, S), some rows all false. */
    NDArray padding(long keys) {
        int[] kept = random.ints(batch, 0, (int) keys + 1).toArray();
        return Samples.keepMask(manager, (int) keys, kept);
    }

    /** (B, 1, 1, S) or (1, 1, 1, S). */
    NDArray keyMask(long keys) {
        return masks++ % 2 == 0 ? padding(keys) : bernoulli(0.6, 1, 1, 1, keys);
    }

    private long oneOr(long size) {
        return random.nextBoolean() ? 1 : size;
    }

    private NDArray bernoulli(double probability, long... shape) {
        Shape wanted = new Shape(shape);
        boolean[] keep = new boolean[Math.toIntExact(wanted.size())];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = random.nextDouble() < probability;
        }
        return manager.create(keep, wanted);
    }

    /** Every other query of a head has nothing to attend to. */
    private NDArray rowsOfNothing(long heads, long queries, long keys) {
        boolean[] keep = new boolean[Math.toIntExact(batch * heads * queries * keys)];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = i / keys % 2 == 1 && random.nextDouble() < 0.8;
        }
        return manager.create(keep, new Shape(batch, heads, queries, keys));
    }

    @Override
    public String toString() {
        return "B " + batch + " T " + length + " S " + sourceLength;
    }
}
