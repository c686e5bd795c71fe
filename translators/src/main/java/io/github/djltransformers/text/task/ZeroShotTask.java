package io.github.djltransformers.text.task;

import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Classes that a model was not trained for: whether a text entails that it is of a class, which a model for natural language
 * inference tells (Yin et al. 2019).
 */
final class ZeroShotTask implements TextTask<ZeroShotClassificationInput, ZeroShotClassificationOutput> {
    private static final String PLACE = "{}";

    private final TextTokenizer tokenizer;
    private final int limit;
    private final int entailment;
    private final int contradiction;

    /**
     * @param labels of the model
     * @throws IllegalArgumentException if none of them says that a text entails another
     */
    ZeroShotTask(TextTokenizer tokenizer, int limit, List<String> labels) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        entailment = IntStream.range(0, labels.size())
                .filter(i -> labels.get(i).toLowerCase(Locale.ROOT).startsWith("entail"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "ZeroShotTask: labels of the model must have one that begins with 'entail', got " + labels
                                + "; zero-shot classification needs a model for natural language inference"));
        contradiction = entailment == 0 ? labels.size() - 1 : 0;
    }

    @Override
    public List<TokenizedText> rows(ZeroShotClassificationInput input) throws TranslateException {
        String template = input.getHypothesisTemplate();
        if (input.getText() == null || input.getCandidates() == null) {
            throw new TranslateException("ZeroShotTask: text and candidates must be given, got null");
        }
        if (!template.contains(PLACE)) {
            throw new TranslateException("ZeroShotTask: hypothesisTemplate must have the place " + PLACE
                    + " for a candidate, got '" + template + "'");
        }
        List<TokenizedText> rows = new ArrayList<>();
        for (String candidate : input.getCandidates()) {
            rows.add(tokenizer
                    .encode(input.getText(), template.replace(PLACE, candidate))
                    .cut(limit));
        }
        return rows;
    }

    @Override
    public ZeroShotClassificationOutput result(
            ZeroShotClassificationInput input, List<TokenizedText> rows, List<float[][]> numbers) {
        String[] candidates = input.getCandidates();
        double[] scores = input.isMultiLabel() || candidates.length == 1 ? each(numbers) : together(numbers);
        int[] order = IntStream.range(0, candidates.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        return new ZeroShotClassificationOutput(
                input.getText(),
                IntStream.of(order).mapToObj(i -> candidates[i]).toArray(String[]::new),
                IntStream.of(order).mapToDouble(i -> scores[i]).toArray());
    }

    private double[] each(List<float[][]> numbers) {
        return numbers.stream()
                .mapToDouble(row -> Scores.softmax(new float[] {row[0][contradiction], row[0][entailment]})[1])
                .toArray();
    }

    private double[] together(List<float[][]> numbers) {
        float[] logits = new float[numbers.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = numbers.get(i)[0][entailment];
        }
        return Scores.softmax(logits);
    }
}
