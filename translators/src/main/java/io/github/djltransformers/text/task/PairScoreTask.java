package io.github.djltransformers.text.task;

import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.List;

/** How well two texts go together, by a model that reads both at once: a re-ranker. */
final class PairScoreTask implements TextTask<TextInput, float[]> {
    private final TextTokenizer tokenizer;
    private final int limit;
    private final ScoreFunction function;

    PairScoreTask(TextTokenizer tokenizer, int limit, ScoreFunction function) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.function = function;
    }

    @Override
    public List<TokenizedText> rows(TextInput pair) {
        return List.of(tokenizer.encode(pair).cut(limit));
    }

    @Override
    public float[] result(TextInput pair, List<TokenizedText> rows, List<float[][]> numbers) {
        double[] scores = function.apply(numbers.get(0)[0]);
        float[] result = new float[scores.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) scores[i];
        }
        return result;
    }
}
