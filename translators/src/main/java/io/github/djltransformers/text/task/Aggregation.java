package io.github.djltransformers.text.task;

/** How the classes of tokens become entities. */
public enum Aggregation {
    /** Each token whose class is not that of nothing. */
    NONE,
    /** Neighbours of one class, by the prefixes B- and I-. */
    SIMPLE,
    /**
     * Words, told by their first tokens, and neighbours of one class only where a class has the prefix I-: for parts of speech as
     * well as entities. A word is a run of letters and digits, or of one other character. Of all classes that go together, those
     * are told that are the likeliest, see {@link TagPath}.
     */
    WORD,
    /** As SIMPLE, of words, each with the class of its first token. */
    FIRST,
    /** As SIMPLE, of words, each with the class that is the best on the average of its tokens. */
    AVERAGE,
    /** As SIMPLE, of words, each with the class of the token that is surest. */
    MAX
}
