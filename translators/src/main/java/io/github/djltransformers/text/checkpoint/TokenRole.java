package io.github.djltransformers.text.checkpoint;

import java.util.Locale;

/** What a special token is for, as Hugging Face's files name it. */
public enum TokenRole {
    /** Before a text. */
    BOS,
    /** After a text. */
    EOS,
    /** For what the vocabulary cannot spell. */
    UNK,
    /** Between two texts, or after each. */
    SEP,
    /** For the ends of shorter rows. */
    PAD,
    /** Where a classifier reads. */
    CLS,
    /** For what is to be guessed. */
    MASK;

    /** The key in the files, such as {@code bos_token}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT) + "_token";
    }
}
