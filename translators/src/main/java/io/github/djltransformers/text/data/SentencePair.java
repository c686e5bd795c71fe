package io.github.djltransformers.text.data;

import java.util.Objects;

/**
 * A text and its translation.
 *
 * @param source the text
 * @param target its translation
 */
public record SentencePair(String source, String target) {
    /** Checks that both are there. */
    public SentencePair {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
    }

    /**
     * Returns the pair for the opposite direction.
     *
     * @return target and source exchanged
     */
    public SentencePair reversed() {
        return new SentencePair(target, source);
    }
}
