package io.github.djltransformers.text.translate;

import io.github.djltransformers.text.tokenizer.SpecialToken;

/**
 * How the tokens that frame texts are spelt in a tokenizer.
 *
 * @param padding fills the ends of shorter rows
 * @param start what a decoder reads first; in some models the padding
 * @param end follows every text
 */
public record MarkerTokens(String padding, String start, String end) {
    /** Those of the tokenizers that this library trains. */
    public static final MarkerTokens STANDARD =
            new MarkerTokens(SpecialToken.PADDING.text(), SpecialToken.START.text(), SpecialToken.END.text());

    /**
     * @throws IllegalArgumentException if a token is empty
     */
    public MarkerTokens {
        if (padding.isEmpty() || start.isEmpty() || end.isEmpty()) {
            throw new IllegalArgumentException("MarkerTokens: padding, start and end must not be empty, got '" + padding
                    + "', '" + start + "' and '" + end + "'");
        }
    }
}
