package io.github.djltransformers.text.task;

import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.List;
import java.util.Locale;

/** A text as a vector, by a model that is a {@code SentenceEncoder}. */
final class EmbeddingTask implements TextTask<String, float[]> {
    private final TextTokenizer tokenizer;
    private final int limit;
    private final String prompt;
    private final boolean lowerCase;

    /**
     * @param limit the greatest number of tokens; the rest of a text is left out
     * @param prompt what stands before each text
     * @param lowerCase whether texts are read in small letters
     */
    EmbeddingTask(TextTokenizer tokenizer, int limit, String prompt, boolean lowerCase) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.prompt = prompt;
        this.lowerCase = lowerCase;
    }

    @Override
    public List<TokenizedText> rows(String text) {
        String whole = prompt + text;
        return List.of(tokenizer
                .encode(lowerCase ? whole.toLowerCase(Locale.ROOT) : whole)
                .cut(limit));
    }

    @Override
    public float[] result(String text, List<TokenizedText> rows, List<float[][]> numbers) {
        return numbers.get(0)[0];
    }
}
