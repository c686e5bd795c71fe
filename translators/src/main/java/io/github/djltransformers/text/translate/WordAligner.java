package io.github.djltransformers.text.translate;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.decode.AttentionMaps;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which words of a source the words of a translation come from: those that the decoder's attention looks at most while it writes
 * them, on the mean of layers and heads (Bahdanau et al. 2015, section 5.2.1). Attention is a hint, not a proof. Words are what
 * blanks part.
 */
public final class WordAligner {
    private static final Pattern WORD = Pattern.compile("\\S+");

    private final GenerativeModel model;
    private final TextTokenizer tokenizer;

    /**
     * A pair of words, each by its number from 0.
     *
     * @param source of the source's
     * @param target of the translation's
     */
    public record Pair(int source, int target) {
        /** As the aligner Pharaoh wrote it, such as 0-1. */
        @Override
        public String toString() {
            return source + "-" + target;
        }
    }

    /**
     * What was translated.
     *
     * @param text of the tokens
     * @param from where in it the words begin that are told of; what is before says what to do with them
     * @param tokens of the text, with or without a frame
     * @param ids that the model read: those of the tokens, and of what stands behind them
     */
    public record Source(String text, int from, TokenizedText tokens, int[] ids) {}

    /** The word that each token is of, or -1. */
    private record Words(int[] ofToken, int count) {}

    /**
     * @param model reads sources
     * @param tokenizer of the translation
     */
    public WordAligner(GenerativeModel model, TextTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /**
     * Aligns a translation with its source.
     *
     * @param manager whose engine and device compute
     * @param beginning what the decoder reads before the translation: the start token, and what it is made to write first
     * @return for each word of the translation the word that it comes from, in order; none for an empty text
     */
    public List<Pair> align(NDManager manager, Source source, int[] beginning, String translation) {
        Words from = words(source.text, source.from, source.tokens);
        TokenizedText written =
                tokenizer.encode(TextInput.of(translation).withoutFrame().asTarget());
        Words to = words(translation, 0, written);
        List<Pair> pairs = new ArrayList<>();
        if (from.count == 0 || to.count == 0) {
            return pairs;
        }
        int[] read = IntStream.concat(Arrays.stream(beginning), Arrays.stream(written.ids()))
                .limit(beginning.length + written.length() - 1L)
                .toArray();
        double[][] attention = AttentionMaps.of(model, new ParameterStore(manager, false), manager, source.ids, read)
                .meanCross();
        double[][] words = new double[to.count][from.count];
        for (int i = 0; i < written.length(); i++) {
            for (int j = 0; j < Math.min(source.ids.length, from.ofToken.length); j++) {
                if (to.ofToken[i] >= 0 && from.ofToken[j] >= 0) {
                    words[to.ofToken[i]][from.ofToken[j]] += attention[beginning.length - 1 + i][j];
                }
            }
        }
        for (int word = 0; word < words.length; word++) {
            int best = 0;
            for (int other = 1; other < from.count; other++) {
                best = words[word][other] > words[word][best] ? other : best;
            }
            pairs.add(new Pair(best, word));
        }
        return pairs;
    }

    /** Pharaoh's pairs with blanks between. */
    public static String pharaoh(List<Pair> pairs) {
        return pairs.stream().map(Pair::toString).collect(Collectors.joining(" "));
    }

    private static Words words(String text, int from, TokenizedText tokens) {
        List<Integer> ends = new ArrayList<>();
        Matcher matcher = WORD.matcher(text).region(from, text.length());
        while (matcher.find()) {
            ends.add(matcher.end());
        }
        int[] words = new int[tokens.length()];
        int word = 0;
        for (int i = 0; i < words.length; i++) {
            while (word < ends.size() - 1 && tokens.end(i) > ends.get(word)) {
                word++;
            }
            boolean told = tokens.sequence(i) != TokenizedText.FRAME && tokens.end(i) > from;
            words[i] = told ? word : -1;
        }
        return new Words(words, ends.size());
    }
}
