package io.github.djltransformers.text.task;

/** How the classes of tokens become entities. */
public enum Aggregation {
    /** Each token whose class is not that of nothing. */
    NONE,
    /** Neighbours of one class, by the prefixes B- and I-. */
    SIMPLE,
    /**
     * Each word, with the class of its first token: for parts of speech and the like. A word is a run of letters and digits, or of
     * one other character.
     */
    WORD,
    /** As SIMPLE, of words, each with the class of its first token. */
    FIRST,
    /** As SIMPLE, of words, each with the class that is the best on the average of its tokens. */
    AVERAGE,
    /** As SIMPLE, of words, each with the class of the token that is surest. */
    MAX
}
