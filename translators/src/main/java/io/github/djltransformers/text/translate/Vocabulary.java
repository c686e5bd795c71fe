package io.github.djltransformers.text.translate;

import io.github.djltransformers.text.data.BlankText;
import io.github.djltransformers.text.data.SequenceMarkers;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.Arrays;

/** Texts to ids and back. */
final class Vocabulary {
    private final TextTokenizer tokenizer;
    private final KnownCharacters known;
    private final SequenceMarkers markers;

    Vocabulary(TextTokenizer tokenizer, MarkerTokens tokens) {
        this.tokenizer = tokenizer;
        known = new KnownCharacters(tokenizer);
        markers = new SequenceMarkers(
                id("padToken", tokens.padding()), id("startToken", tokens.start()), id("endToken", tokens.end()));
    }

    private int id(String argument, String token) {
        return tokenizer
                .id(token)
                .orElseThrow(() ->
                        new IllegalArgumentException("TextToTextTranslator: tokenizer must have the special token "
                                + token + ", got none; name the tokenizer's own by " + argument));
    }

    TextTokenizer tokenizer() {
        return tokenizer;
    }

    SequenceMarkers markers() {
        return markers;
    }

    /** The ids of a text with the end token after them; just that for a text without content. */
    int[] encode(String text) {
        int[] ids = ids(text);
        int[] source = Arrays.copyOf(ids, ids.length + 1);
        source[ids.length] = markers.end();
        return source;
    }

    /** A text with its words. */
    WordAligner.Source source(String text, int[] ids) {
        String readable = known.of(text);
        return new WordAligner.Source(
                readable, 0, tokenizer.encode(TextInput.of(readable).withoutFrame()), ids);
    }

    /** The start token and the ids of how a translation begins. */
    int[] begin(String beginning) {
        int[] ids = ids(beginning);
        int[] read = new int[ids.length + 1];
        read[0] = markers.start();
        System.arraycopy(ids, 0, read, 1, ids.length);
        return read;
    }

    private int[] ids(String text) {
        String readable = BlankText.isBlank(text) ? "" : known.of(text);
        return BlankText.isBlank(readable)
                ? new int[0]
                : tokenizer.encode(TextInput.of(readable).withoutFrame()).ids();
    }

    /** The text of ids, special tokens left out. */
    String decode(int[] ids) {
        return tokenizer.decode(ids);
    }
}
