package io.github.djltransformers.head;

import io.github.djltransformers.ops.TensorOps;
import io.github.djltransformers.ops.TokenPool;

/** What a head looks at. */
public enum Pooling {
    /** Every token. */
    NONE,
    /** The first token, as BERT's. */
    FIRST,
    /** The last token that the mask keeps. */
    LAST,
    /** The last token that is not the padding token, as in decoder-only classifiers; the last of all where there is none. */
    LAST_NOT_PADDING,
    /** The last token of a certain id, such as the end of the sequence, as in BART's classifiers. */
    LAST_OF_ID,
    /** The mean of the tokens that the mask keeps. */
    MEAN,
    /** The greatest value of each feature among the tokens that the mask keeps. */
    MAX;

    /** No token has this id. */
    private static final long NO_ID = -1;

    /**
     * @param x (B, T, D)
     * @param ids (B, T)
     * @param keep (B, 1, 1, T), or null for all
     * @param id the token that the padding is, or that is looked for
     * @return (B, D); x for {@link #NONE}
     */
    <T> T apply(TensorOps<T> ops, T x, T ids, T keep, int id) {
        return switch (this) {
            case NONE -> x;
            case FIRST -> ops.token(x, 0);
            case LAST -> ops.pool(x, kept(ops, ids, keep), TokenPool.LAST);
            case LAST_NOT_PADDING -> ops.pool(x, ops.differs(ids, id), TokenPool.LAST);
            case LAST_OF_ID -> ops.pool(x, ops.equalTo(ids, id), TokenPool.LAST);
            case MEAN -> ops.pool(x, kept(ops, ids, keep), TokenPool.MEAN);
            case MAX -> ops.pool(x, kept(ops, ids, keep), TokenPool.MAX);
        };
    }

    private static <T> T kept(TensorOps<T> ops, T ids, T keep) {
        return keep == null ? ops.differs(ids, NO_ID) : keep;
    }
}
