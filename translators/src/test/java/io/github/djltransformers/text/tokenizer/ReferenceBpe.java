package io.github.djltransformers.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Byte-level encoding written down naively and apart from the trainer: a scanner in place of the regular expression, a
 * search for the earliest merge in place of queues.
 */
final class ReferenceBpe {
    private final BpeModel model;

    ReferenceBpe(BpeModel model) {
        this.model = model;
    }

    List<Integer> encode(String text) {
        List<Integer> ids = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String word : words(" " + Normalizer.normalize(text, Normalizer.Form.NFC))) {
                for (String token : merge(symbols(word))) {
                    ids.add(model.tokens().indexOf(token));
                }
            }
        }
        return ids;
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        int at = 0;
        while (at < points.length) {
            int end = endOfWord(points, at);
            words.add(new String(points, at, end - at));
            at = end;
        }
        return words;
    }

    private static int endOfWord(int[] points, int at) {
        if (points[at] == '\'') {
            for (String ending : List.of("s", "t", "re", "ve", "m", "ll", "d")) {
                int length = ending.length();
                if (at + length < points.length && new String(points, at + 1, length).equals(ending)) {
                    return at + 1 + length;
                }
            }
        }
        int first = points[at] == ' ' && at + 1 < points.length && kind(points[at + 1]) != 'b' ? at + 1 : at;
        int end = first;
        while (end < points.length && kind(points[end]) == kind(points[first])) {
            end++;
        }
        boolean beforeWord = kind(points[first]) == 'b' && end < points.length;
        return beforeWord && end - first > 1 ? end - 1 : end;
    }

    private static char kind(int point) {
        if (Character.isLetter(point)) {
            return 'l';
        }
        int type = Character.getType(point);
        if (type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER) {
            return 'n';
        }
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85 ? 'b' : 's';
    }

    private static List<String> symbols(String word) {
        List<String> symbols = new ArrayList<>();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            int value = b & 0xFF;
            boolean visible = value > 32 && value < 127 || value > 160 && value != 173;
            int hiddenBefore =
                    value <= 32 ? value : value < 161 ? 33 + value - 127 : 33 + 34; // hidden: 0-32, 127-160, 173
            symbols.add(String.valueOf((char) (visible ? value : 256 + hiddenBefore)));
        }
        return symbols;
    }

    /** Merges symbols as the model's list says: the earliest merge first, the leftmost place first. */
    List<String> merge(List<String> symbols) {
        List<String> merged = new ArrayList<>(symbols);
        while (true) {
            int bestRank = Integer.MAX_VALUE;
            int bestAt = -1;
            for (int i = 0; i + 1 < merged.size(); i++) {
                int rank = model.merges().indexOf(new BpeMerge(merged.get(i), merged.get(i + 1)));
                if (rank >= 0 && rank < bestRank) {
                    bestRank = rank;
                    bestAt = i;
                }
            }
            if (bestAt < 0) {
                return merged;
            }
            merged.set(bestAt, merged.get(bestAt) + merged.remove(bestAt + 1));
        }
    }
}
