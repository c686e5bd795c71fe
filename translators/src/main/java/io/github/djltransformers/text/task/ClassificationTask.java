package io.github.djltransformers.text.task;

import ai.djl.modality.Classifications;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/** Classes of texts, or of pairs of them. */
final class ClassificationTask implements TextTask<TextInput, Classifications> {
    private final TextTokenizer tokenizer;
    private final int limit;
    private final List<String> labels;
    private final ScoreFunction function;
    private final int topK;
    private final int output;

    /**
     * @param limit the greatest number of tokens; the rest of a text is left out
     * @param topK how many classes a result shows first
     * @param output which of the model's outputs has the numbers
     */
    ClassificationTask(
            TextTokenizer tokenizer, int limit, List<String> labels, ScoreFunction function, int topK, int output) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.labels = labels;
        this.function = function;
        this.topK = topK;
        this.output = output;
    }

    @Override
    public List<TokenizedText> rows(TextInput text) {
        return List.of(tokenizer.encode(text).cut(limit));
    }

    @Override
    public Classifications result(TextInput text, List<TokenizedText> rows, List<float[][]> numbers) {
        double[] scores = function.apply(numbers.get(0)[output]);
        Classifications classes =
                new Classifications(labels, Arrays.stream(scores).boxed().toList());
        classes.setTopK(topK);
        return classes;
    }
}
