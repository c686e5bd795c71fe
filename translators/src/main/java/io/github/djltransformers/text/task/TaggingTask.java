package io.github.djltransformers.text.task;

import ai.djl.modality.nlp.translator.NamedEntity;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Entities of texts. A long text is read in windows that overlap; each of its tokens has the class of the window in which
 * the most of the text is around it.
 */
final class TaggingTask implements TextTask<String, NamedEntity[]> {
    private final TextTokenizer tokenizer;
    private final WindowConfig windows;
    private final int classes;
    private final OptionalInt unknownId;
    private final Entities entities;
    private final int output;

    /**
     * @param unknownId the token for what the vocabulary lacks
     * @param output which of the model's outputs has the numbers
     */
    TaggingTask(
            TextTokenizer tokenizer,
            WindowConfig windows,
            List<String> labels,
            OptionalInt unknownId,
            Aggregation aggregation,
            int output) {
        this.tokenizer = tokenizer;
        this.windows = windows;
        this.unknownId = unknownId;
        this.output = output;
        classes = labels.size();
        entities = new Entities(labels, aggregation);
    }

    @Override
    public List<TokenizedText> rows(String text) {
        return windows.over(tokenizer.encode(text));
    }

    @Override
    public NamedEntity[] result(String text, List<TokenizedText> rows, List<float[][]> numbers) {
        List<TaggedToken> tokens = new ArrayList<>();
        List<Integer> contexts = new ArrayList<>();
        int step = 0;
        for (int window = 0; window < rows.size(); window++) {
            TokenizedText row = rows.get(window);
            int[] places = IntStream.range(0, row.length())
                    .filter(place -> row.sequence(place) == 0)
                    .toArray();
            boolean last = window == rows.size() - 1;
            for (int i = 0; i < places.length; i++) {
                int at = window * step + i;
                int context =
                        Math.min(window == 0 ? Integer.MAX_VALUE : i, last ? Integer.MAX_VALUE : places.length - 1 - i);
                if (at < tokens.size() && contexts.get(at) >= context) {
                    continue;
                }
                TaggedToken token = token(text, row, places[i], places[0] + at, numbers.get(window)[output]);
                if (at < tokens.size()) {
                    tokens.set(at, token);
                    contexts.set(at, context);
                } else {
                    tokens.add(token);
                    contexts.add(context);
                }
            }
            step = window == 0 ? places.length - windows.stride() : step;
        }
        return entities.of(text, tokens);
    }

    private TaggedToken token(String text, TokenizedText row, int place, int index, float[] logits) {
        double[] scores = Scores.softmax(logits, place * classes, (place + 1) * classes);
        int start = row.start(place);
        int end = row.end(place);
        boolean subword = row.ids()[place] != unknownId.orElse(-1)
                && goesOn(text, row.tokens().get(place), start);
        return new TaggedToken(scores, index, start, end, subword);
    }

    /** Some vocabularies mark it; of others it is what no blank stands before. */
    private boolean goesOn(String text, String token, int start) {
        String prefix = tokenizer.continuationPrefix();
        if (!prefix.isEmpty()) {
            return token.startsWith(prefix) && !text.startsWith(prefix, start);
        }
        return start > 0 && start < text.length() && text.charAt(start - 1) != ' ' && text.charAt(start) != ' ';
    }
}
