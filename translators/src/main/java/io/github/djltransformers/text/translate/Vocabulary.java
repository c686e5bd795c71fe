package io.github.djltransformers.text.translate;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.djltransformers.text.data.SequenceMarkers;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts to ids and back. */
final class Vocabulary {
    private final HuggingFaceTokenizer tokenizer;
    private final SequenceMarkers markers;

    Vocabulary(HuggingFaceTokenizer tokenizer) {
        String truncation = tokenizer.getTruncation();
        String padding = tokenizer.getPadding();
        if (!"DO_NOT_TRUNCATE".equals(truncation) || !"DO_NOT_PAD".equals(padding)) {
            throw new IllegalArgumentException("TextToTextTranslator: tokenizer must neither truncate nor pad, got "
                    + truncation + " and " + padding + "; open it with Tokenizers.open");
        }
        this.tokenizer = tokenizer;
        markers = new SequenceMarkers(id(SpecialToken.PADDING), id(SpecialToken.START), id(SpecialToken.END));
    }

    private int id(SpecialToken special) {
        long[] ids = tokenizer.encode(special.text(), false, false).getIds();
        if (ids.length != 1) {
            throw new IllegalArgumentException("TextToTextTranslator: tokenizer must have the special token "
                    + special.text() + ", got ids " + Arrays.toString(ids) + " for it");
        }
        return Math.toIntExact(ids[0]);
    }

    SequenceMarkers markers() {
        return markers;
    }

    /** The ids of a text with the end token after them; just that for a text without content. */
    int[] encode(String text) {
        // Half a surrogate pair is no character; this makes it a question mark, which the native tokenizer can read.
        String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        long[] ids = valid.isBlank()
                ? new long[0]
                : tokenizer.encode(valid, false, false).getIds();
        int[] source = new int[ids.length + 1];
        Arrays.setAll(source, i -> i < ids.length ? Math.toIntExact(ids[i]) : markers.end());
        return source;
    }

    /** The text of ids, special tokens left out. */
    String decode(int[] ids) {
        return ids.length == 0
                ? ""
                : tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }
}
