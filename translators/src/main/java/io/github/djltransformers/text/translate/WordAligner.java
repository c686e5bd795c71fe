package io.github.djltransformers.text.translate;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.decode.AttentionMaps;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which words of a source the words of a translation come from: those that the decoder's attention looks at most while it writes
 * them, on the mean of layers and heads (Bahdanau et al. 2015, section 5.2.1). Attention is a hint, not a proof. Words are what
 * blanks part.
 */
public final class WordAligner {
    private static final Pattern WORD = Pattern.compile("\\S+");

    private final GenerativeModel model;
    private final TextTokenizer tokenizer;
    private final int startId;
    private final int endId;

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

    /** A text as tokens, with the word that each is of. */
    private record Words(int[] ids, int[] ofToken, int count) {}

    /**
     * @param model reads sources
     * @param tokenizer of source and translation, which puts no token around a text
     * @param startId the token that decoding begins with
     * @param endId the token that a source ends with
     */
    public WordAligner(GenerativeModel model, TextTokenizer tokenizer, int startId, int endId) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.startId = startId;
        this.endId = endId;
    }

    /**
     * Aligns a translation with its source.
     *
     * @param manager whose engine and device compute
     * @return for each word of the translation the word that it comes from, in order; none for an empty text
     */
    public List<Pair> align(NDManager manager, String source, String translation) {
        Words from = words(source);
        Words to = words(translation);
        List<Pair> pairs = new ArrayList<>();
        if (from.count == 0 || to.count == 0) {
            return pairs;
        }
        int[] ids = Arrays.copyOf(from.ids, from.ids.length + 1);
        ids[from.ids.length] = endId;
        int[] read = new int[to.ids.length];
        read[0] = startId;
        System.arraycopy(to.ids, 0, read, 1, read.length - 1);
        double[][] attention = AttentionMaps.of(model, new ParameterStore(manager, false), manager, ids, read)
                .meanCross();
        double[][] words = new double[to.count][from.count];
        for (int i = 0; i < to.ids.length; i++) {
            for (int j = 0; j < from.ids.length; j++) {
                words[to.ofToken[i]][from.ofToken[j]] += attention[i][j];
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

    /** As Pharaoh's pairs with blanks between. */
    public String pharaoh(NDManager manager, String source, String translation) {
        return align(manager, source, translation).stream().map(Pair::toString).collect(Collectors.joining(" "));
    }

    private Words words(String text) {
        List<Integer> ends = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            ends.add(matcher.end());
        }
        if (ends.isEmpty()) {
            return new Words(new int[0], new int[0], 0);
        }
        TokenizedText tokens = tokenizer.encode(text);
        int[] words = new int[tokens.length()];
        int word = 0;
        for (int i = 0; i < words.length; i++) {
            while (word < ends.size() - 1 && tokens.end(i) > ends.get(word)) {
                word++;
            }
            words[i] = word;
        }
        return new Words(tokens.ids(), words, ends.size());
    }
}
