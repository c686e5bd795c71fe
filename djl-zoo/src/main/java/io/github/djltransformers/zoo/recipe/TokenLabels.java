package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import java.util.Arrays;
import java.util.List;

/**
 * The number of the tag of each token, (B, T).
 *
 * @param rows of each text a number for each token, {@link #NONE} where none is to be told
 */
record TokenLabels(List<int[]> rows) implements LabelledTexts.Labels {
    /** A number that no tag has. */
    static final int NONE = -100;

    @Override
    public NDArray of(NDManager manager, int[] places, int length) {
        long[] labels = new long[places.length * length];
        Arrays.fill(labels, NONE);
        for (int i = 0; i < places.length; i++) {
            int[] row = rows.get(places[i]);
            for (int j = 0; j < row.length; j++) {
                labels[i * length + j] = row[j];
            }
        }
        return HostArrays.of(manager, labels, new Shape(places.length, length));
    }

    @Override
    public long count(int... places) {
        return Arrays.stream(places)
                .mapToLong(place -> Arrays.stream(rows.get(place))
                        .filter(label -> label != NONE)
                        .count())
                .sum();
    }
}
