package io.github.djltransformers.text.data;

import io.github.djltransformers.text.tokenizer.SpecialToken;

/**
 * The ids that a batch is framed with.
 *
 * @param padding fills the ends of shorter rows
 * @param start goes before the decoder's input; some models start with the padding id
 * @param end goes after the source and after the labels
 */
public record SequenceMarkers(int padding, int start, int end) {
    /** The ids of the vocabularies that this library trains: padding 0, start 2, end 3. */
    public static final SequenceMarkers STANDARD =
            new SequenceMarkers(SpecialToken.PADDING.id(), SpecialToken.START.id(), SpecialToken.END.id());

    /**
     * Checks the ids.
     *
     * @throws IllegalArgumentException if an id is negative, or the end is the padding and so could not be learnt
     */
    public SequenceMarkers {
        if (padding < 0 || start < 0 || end < 0 || end == padding) {
            throw new IllegalArgumentException(
                    "SequenceMarkers: ids must be at least 0 and end other than padding, got " + "padding " + padding
                            + ", start " + start + ", end " + end);
        }
    }
}
