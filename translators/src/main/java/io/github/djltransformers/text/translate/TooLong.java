package io.github.djltransformers.text.translate;

/** What to do with a text of more tokens than the model takes. */
public enum TooLong {
    /** Translate its beginning, and say so in the log. */
    CUT,
    /** Throw a TranslateException. */
    REFUSE
}
