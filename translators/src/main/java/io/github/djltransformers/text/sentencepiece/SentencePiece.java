package io.github.djltransformers.text.sentencepiece;

/**
 * An entry of a vocabulary.
 *
 * @param text with U+2581 for a blank
 * @param score the log-probability in a unigram model; in a BPE model, minus the rank of the merge
 * @param kind what it stands for
 */
public record SentencePiece(String text, float score, Kind kind) {
    /** What a piece stands for, in the order of the numbers from 1 in the file. */
    public enum Kind {
        /** A part of a text. */
        NORMAL,
        /** Whatever no other piece spells. */
        UNKNOWN,
        /** A mark that no text spells, such as an end. */
        CONTROL,
        /** A part of a text that is never cut. */
        USER_DEFINED,
        /** Nothing. */
        UNUSED,
        /** One byte, by which what has no piece is spelt. */
        BYTE
    }
}
