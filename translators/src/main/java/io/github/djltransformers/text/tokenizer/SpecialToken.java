package io.github.djltransformers.text.tokenizer;

import java.util.Arrays;
import java.util.List;

/** The tokens that stand for no text. Every vocabulary trained here begins with them, in this order. */
public enum SpecialToken {
    /** Fills the end of the shorter rows of a batch. */
    PADDING("<pad>"),
    /** Stands for a character that the vocabulary cannot spell; never produced by a byte-level vocabulary. */
    UNKNOWN("<unk>"),
    /** Precedes a target: the first thing a decoder reads. */
    START("<s>"),
    /** Follows a source or a target: the last thing a decoder writes. */
    END("</s>");

    private static final List<String> TEXTS =
            Arrays.stream(values()).map(SpecialToken::text).toList();

    private final String text;

    SpecialToken(String text) {
        this.text = text;
    }

    /**
     * Returns how the token is spelt in a vocabulary.
     *
     * @return the spelling, for example {@code </s>}
     */
    public String text() {
        return text;
    }

    /**
     * Returns the token's number in every vocabulary that was trained here.
     *
     * @return the id: 0 for padding, 1 unknown, 2 start, 3 end
     */
    public int id() {
        return ordinal();
    }

    /**
     * Returns the spellings of all special tokens.
     *
     * @return the spellings in the order of their ids
     */
    public static List<String> texts() {
        return TEXTS;
    }
}
