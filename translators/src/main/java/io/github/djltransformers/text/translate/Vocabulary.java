package io.github.djltransformers.text.translate;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.djltransformers.text.data.BlankText;
import io.github.djltransformers.text.data.SequenceMarkers;
import io.github.djltransformers.text.tokenizer.Tokenizers;
import java.util.Arrays;

/** Texts to ids and back. */
final class Vocabulary {
    private final HuggingFaceTokenizer tokenizer;
    private final KnownCharacters known;
    private final SequenceMarkers markers;

    Vocabulary(HuggingFaceTokenizer tokenizer, MarkerTokens tokens) {
        String truncation = tokenizer.getTruncation();
        String padding = tokenizer.getPadding();
        if (!"DO_NOT_TRUNCATE".equals(truncation) || !"DO_NOT_PAD".equals(padding)) {
            throw new IllegalArgumentException("TextToTextTranslator: tokenizer must neither truncate nor pad, got "
                    + truncation + " and " + padding + "; open it with Tokenizers.open");
        }
        this.tokenizer = tokenizer;
        known = new KnownCharacters(tokenizer);
        markers = new SequenceMarkers(
                id("padToken", tokens.padding()), id("startToken", tokens.start()), id("endToken", tokens.end()));
    }

    private int id(String argument, String token) {
        int id = Tokenizers.id(tokenizer, token);
        if (id < 0) {
            throw new IllegalArgumentException("TextToTextTranslator: tokenizer must have the special token " + token
                    + ", got none; open it with Tokenizers.open, or name the tokenizer's own by " + argument);
        }
        return id;
    }

    SequenceMarkers markers() {
        return markers;
    }

    /** The ids of a text with the end token after them; just that for a text without content. */
    int[] encode(String text) {
        String readable = BlankText.isBlank(text) ? "" : known.of(text);
        int[] ids = BlankText.isBlank(readable) ? new int[0] : Tokenizers.encode(tokenizer, readable);
        int[] source = Arrays.copyOf(ids, ids.length + 1);
        source[ids.length] = markers.end();
        return source;
    }

    /** The text of ids, special tokens left out. */
    String decode(int[] ids) {
        return ids.length == 0
                ? ""
                : tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }
}
