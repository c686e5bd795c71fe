package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;

/** The rotary positions of {@link NDArrayOps}. */
final class RotaryArrays {
    private RotaryArrays() {}

    /**
     * As {@link TensorOps#rotaryAngles}.
     *
     * @param past how many tokens stand before those of x
     * @param explicit (B, T), or null where they stand one after the other
     */
    static RotaryAngles<NDArray> angles(NDArray x, long past, NDArray explicit, RotaryConfig rotary) {
        NDManager manager = x.getManager();
        long tokens = x.getShape().get(1);
        NDArray places = explicit == null
                ? manager.arange((float) past, past + tokens, 1f).reshape(1, 1, tokens, 1)
                : explicit.toType(DataType.FLOAT32, false).reshape(-1, 1, tokens, 1);
        float[] frequencies = rotary.frequencies(past + tokens);
        NDArray angles = places.mul(
                HostArrays.of(manager, frequencies).reshape(1, 1, 1, frequencies.length)); // (1|B, 1, T, R/2)
        return new RotaryAngles<>(twice(angles.cos(), rotary, x), twice(angles.sin(), rotary, x), rotary.size());
    }

    private static NDArray twice(NDArray wave, RotaryConfig rotary, NDArray like) {
        NDArray scaled = rotary.magnitude() == 1 ? wave : Scalars.times(wave, rotary.magnitude());
        return NDArrays.concat(new NDList(scaled, scaled), 3).toType(like.getDataType(), false);
    }

    /** As {@link TensorOps#rotate}. */
    static NDArray rotate(NDArray heads, int headSize, RotaryAngles<NDArray> angles) {
        long size = angles.size();
        NDArray turned = size == headSize ? heads : features(heads, 0, size);
        NDArray swapped =
                NDArrays.concat(new NDList(features(turned, size / 2, size).neg(), features(turned, 0, size / 2)), 3);
        NDArray rotated = turned.mul(angles.cosines()).add(swapped.mul(angles.sines()));
        return size == headSize ? rotated : NDArrays.concat(new NDList(rotated, features(heads, size, headSize)), 3);
    }

    private static NDArray features(NDArray heads, long from, long to) {
        return heads.get(new NDIndex().addAllDim().addAllDim().addAllDim().addSliceDim(from, to));
    }
}
