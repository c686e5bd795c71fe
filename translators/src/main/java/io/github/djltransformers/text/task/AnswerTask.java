package io.github.djltransformers.text.task;

import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Parts of a text that answer a question. The probability of a part is that of its beginning times that of its end, among all
 * places of a window where an answer may be (Devlin et al. 2019, section 4.2), and an answer is widened to whole words.
 */
final class AnswerTask implements TextTask<QAInput, List<Answer>> {
    private final TextTokenizer tokenizer;
    private final WindowConfig windows;
    private final int longest;
    private final int topK;
    private final boolean noAnswer;
    private final OptionalInt classId;

    /**
     * @param classId the token whose place stands for no answer
     * @param longest the most tokens of an answer
     * @param topK the most answers
     * @param noAnswer whether having none is an answer
     */
    AnswerTask(
            TextTokenizer tokenizer,
            WindowConfig windows,
            OptionalInt classId,
            int longest,
            int topK,
            boolean noAnswer) {
        this.tokenizer = tokenizer;
        this.windows = windows;
        this.classId = classId;
        this.longest = longest;
        this.topK = topK;
        this.noAnswer = noAnswer;
    }

    @Override
    public List<TokenizedText> rows(QAInput input) throws TranslateException {
        if (input.getQuestion() == null || input.getParagraph() == null) {
            throw new TranslateException("AnswerTask: question and paragraph must be given, got null");
        }
        TokenizedText row = tokenizer.encode(input.getQuestion(), input.getParagraph());
        try {
            return windows.over(row);
        } catch (IllegalArgumentException e) {
            throw new TranslateException(
                    "AnswerTask: question must leave room for the paragraph among the model's " + windows.limit()
                            + " tokens, got " + row.length() + " of both: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public List<Answer> result(QAInput input, List<TokenizedText> rows, List<float[][]> numbers) {
        List<Answer> answers = new ArrayList<>();
        double none = 1;
        for (int i = 0; i < rows.size(); i++) {
            TokenizedText row = rows.get(i);
            double[] starts = probabilities(row, numbers.get(i)[0]);
            double[] ends = probabilities(row, numbers.get(i)[1]);
            none = Math.min(none, starts[0] * ends[0]);
            addBest(answers, input.getParagraph(), row, starts, ends);
        }
        // A text without tokens has none, whoever asks.
        if (noAnswer || answers.isEmpty()) {
            answers.add(new Answer("", none, 0, 0));
        }
        answers.sort(Comparator.comparingDouble(Answer::score).reversed());
        List<Answer> distinct = new ArrayList<>();
        for (Answer answer : answers) {
            if (distinct.stream().noneMatch(other -> other.start() == answer.start() && other.end() == answer.end())) {
                distinct.add(answer);
            }
        }
        return List.copyOf(distinct.subList(0, Math.min(topK, distinct.size())));
    }

    /** Of the tokens of the text and the one that stands for no answer; all others have none. */
    private double[] probabilities(TokenizedText row, float[] logits) {
        int[] ids = row.ids();
        float[] allowed = Arrays.copyOf(logits, ids.length);
        for (int i = 0; i < ids.length; i++) {
            boolean ofNone = classId.isPresent() && ids[i] == classId.getAsInt();
            if (row.sequence(i) != 1 && !ofNone) {
                allowed[i] = Float.NEGATIVE_INFINITY;
            }
        }
        double[] probabilities = Scores.softmax(allowed);
        for (int i = 0; i < ids.length; i++) {
            probabilities[i] = Double.isNaN(probabilities[i]) ? 0 : probabilities[i];
        }
        return probabilities;
    }

    private void addBest(List<Answer> answers, String text, TokenizedText row, double[] starts, double[] ends) {
        List<int[]> spans = new ArrayList<>();
        for (int from = 1; from < starts.length; from++) {
            for (int to = from; to < Math.min(starts.length, from + longest); to++) {
                if (row.sequence(from) == 1 && row.sequence(to) == 1) {
                    spans.add(new int[] {from, to});
                }
            }
        }
        spans.sort(Comparator.comparingDouble(span -> -starts[span[0]] * ends[span[1]]));
        for (int[] span : spans.subList(0, Math.min(topK, spans.size()))) {
            int start = row.start(span[0]);
            int end = row.end(span[1]);
            while (start > 0 && withinWord(text, start)) {
                start--;
            }
            while (end < text.length() && withinWord(text, end)) {
                end++;
            }
            answers.add(new Answer(text.substring(start, end), starts[span[0]] * ends[span[1]], start, end));
        }
    }

    private static boolean withinWord(String text, int place) {
        return place > 0
                && place < text.length()
                && Character.isLetterOrDigit(text.codePointBefore(place))
                && Character.isLetterOrDigit(text.codePointAt(place));
    }
}
