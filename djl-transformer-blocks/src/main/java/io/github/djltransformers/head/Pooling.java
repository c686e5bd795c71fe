package io.github.djltransformers.head;

/** What a head looks at. */
public enum Pooling {
    /** Every token. */
    NONE,
    /** The first token, as BERT's. */
    FIRST,
    /** The last token that is not the padding token, as in decoder-only classifiers; the last of all where there is none. */
    LAST_NOT_PADDING,
    /** The last token of a certain id, such as the end of the sequence, as in BART's classifiers. */
    LAST_OF_ID,
    /** The mean of the tokens that the mask keeps. */
    MEAN
}
