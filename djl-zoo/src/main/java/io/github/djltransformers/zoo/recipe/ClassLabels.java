package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.ops.HostArrays;
import java.util.Arrays;
import java.util.List;

/** The number of the class of each text, (B). */
record ClassLabels(List<Integer> numbers) implements LabelledTexts.Labels {
    @Override
    public NDArray of(NDManager manager, int[] places, int length) {
        return HostArrays.of(
                manager, Arrays.stream(places).mapToLong(numbers::get).toArray());
    }

    @Override
    public long count(int... places) {
        return places.length;
    }
}
