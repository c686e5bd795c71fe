package io.github.djltransformers.ops;

/** What becomes of the kept tokens of a row. */
public enum TokenPool {
    /** The last of them; the first token where none is kept. */
    LAST,
    /** Their mean; there must be one. */
    MEAN,
    /** The greatest value of each feature; there must be one token. */
    MAX
}
