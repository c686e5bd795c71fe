package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;

/** The blank that trained vocabularies put before a text, so that its first word is spelt like the others. */
final class LeadingBlank {
    private LeadingBlank() {}

    /**
     * Normalisation form C with one blank put before the text, always: an "add prefix space" that spares texts with a
     * blank of their own could not be undone by a decoder.
     */
    static JsonObject normalizer() {
        return TokenizerJson.sequence(
                "normalizers", TokenizerJson.component("NFC"), TokenizerJson.component("Prepend", "prepend", " "));
    }

    /** Takes the blank of {@link #normalizer} away again. */
    static JsonObject decoder() {
        return TokenizerJson.component("Strip", "content", " ", "start", 1, "stop", 0);
    }
}
