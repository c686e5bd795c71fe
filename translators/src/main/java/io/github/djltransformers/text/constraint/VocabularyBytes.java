package io.github.djltransformers.text.constraint;

import io.github.djltransformers.text.tokenizer.ByteSymbols;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The bytes that each token of a vocabulary writes, and the tokens in their order. */
final class VocabularyBytes {
    private static final char BLANK = '\u2581';
    private static final char BLANK_SYMBOL = '\u0120';
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

    private final byte[][] ofToken;
    private final int[] sorted;
    private final boolean pieces;

    /**
     * @param tokenizer of a byte-level vocabulary, or of one of pieces with a mark for blanks
     */
    VocabularyBytes(TextTokenizer tokenizer) {
        int size = tokenizer.vocabularySize();
        List<String> tokens =
                IntStream.range(0, size).mapToObj(tokenizer::token).toList();
        pieces = tokens.stream().anyMatch(token -> token != null && token.indexOf(BLANK) >= 0);
        ofToken = new byte[size][];
        for (int id = 0; id < size; id++) {
            String token = tokens.get(id);
            if (token != null && !isSpecial(tokenizer, id, token)) {
                ofToken[id] = pieces ? ofPiece(token) : ByteSymbols.bytes(token);
            }
        }
        sorted = IntStream.range(0, size)
                .filter(id -> ofToken[id] != null && ofToken[id].length > 0)
                .boxed()
                .sorted((one, other) -> Arrays.compareUnsigned(ofToken[one], ofToken[other]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static boolean isSpecial(TextTokenizer tokenizer, int id, String token) {
        // A blank alone may be a text of nothing, too, as the first of a text.
        boolean blanks = token.chars().allMatch(character -> character == BLANK || character == BLANK_SYMBOL);
        return !blanks && !BYTE.matcher(token).matches() && tokenizer.decode(id).isEmpty();
    }

    private static byte[] ofPiece(String token) {
        Matcher value = BYTE.matcher(token);
        return value.matches()
                ? new byte[] {(byte) Integer.parseInt(value.group(1), 16)}
                : token.replace(BLANK, ' ').getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the blank that the first token of a text begins with is not written. */
    boolean stripsFirstBlank() {
        return pieces;
    }

    int size() {
        return ofToken.length;
    }

    /** What a token writes, or null for one that stands for no text. */
    byte[] of(int id) {
        return id < ofToken.length ? ofToken[id] : null;
    }

    /** The tokens that write something, by their bytes. */
    int[] sorted() {
        return sorted;
    }
}
