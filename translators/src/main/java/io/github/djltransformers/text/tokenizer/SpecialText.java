package io.github.djltransformers.text.tokenizer;

/** What becomes of a text that spells a special token, such as {@code </s>}. */
public enum SpecialText {
    /** It is text like any other: what comes from outside ends no sequence and plays no other role. */
    AS_TEXT,
    /** It becomes the token, as in Hugging Face transformers: for texts and templates of the program's own. */
    PARSED
}
