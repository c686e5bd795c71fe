package io.github.djltransformers.position;

/** What counts as the position of a token. */
public enum PositionNumbering {
    /** Its place in the row, padding counted. */
    PLACE,
    /** The number of tokens before it that a mask keeps. */
    KEPT,
    /** The number of tokens before it that are not the padding token, as in fairseq. */
    NOT_PADDING
}
