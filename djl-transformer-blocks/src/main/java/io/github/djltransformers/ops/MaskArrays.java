package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

/** The attention masks of {@link NDArrayOps}. */
final class MaskArrays {
    /** What the score of a masked key loses: its weight is then 0 to the last bit, and no score is infinite. */
    private static final float MASKED = 1e9f;

    /** FLOAT16 holds no more than 65504, and infinity for all keys of a query makes its weights NaN. */
    private static final float MASKED_FLOAT16 = 3e4f;

    private MaskArrays() {}

    /** As {@link TensorOps#attentionMask}. */
    static AttentionMask<NDArray> kept(NDArray keepMask, NDArray like) {
        return keepMask == null ? null : prepared(keepMask.toType(like.getDataType(), false));
    }

    /**
     * As {@link TensorOps#spanMask}.
     *
     * @param past how many tokens stand before those of like
     */
    static AttentionMask<NDArray> span(NDArray keepMask, NDArray like, long past, AttentionSpan span) {
        long queries = like.getShape().get(1);
        long keys = past + queries;
        if (span.reachesAll(keys, queries)) {
            return kept(keepMask, like);
        }
        NDArray band = band(like, keys, span);
        return keepMask == null
                ? new AttentionMask<>(scoreBias(band), null)
                : prepared(keepMask.toType(like.getDataType(), false).mul(band));
    }

    /** (1, 1, T, S), 1 where a query reaches a key. */
    private static NDArray band(NDArray like, long keys, AttentionSpan span) {
        long queries = like.getShape().get(1);
        NDManager manager = like.getManager();
        NDArray places = manager.arange((int) (keys - queries), (int) keys).reshape(1, 1, queries, 1);
        NDArray distances = manager.arange((int) keys).reshape(1, 1, 1, keys).sub(places); // (1, 1, T, S)
        NDArray band = distances.lte(span.after()).toType(like.getDataType(), false);
        return span.before() >= keys - 1
                ? band
                : band.mul(distances.gte(-span.before()).toType(like.getDataType(), false));
    }

    private static AttentionMask<NDArray> prepared(NDArray keep) {
        return new AttentionMask<>(scoreBias(keep), keep.max(new int[] {3}, true));
    }

    private static NDArray scoreBias(NDArray keep) {
        return keep.sub(1).mul(keep.getDataType() == DataType.FLOAT16 ? MASKED_FLOAT16 : MASKED);
    }
}
