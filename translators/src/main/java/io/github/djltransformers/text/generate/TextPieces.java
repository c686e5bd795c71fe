package io.github.djltransformers.text.generate;

import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The text of tokens that come one after another, piece by piece: what all pieces are together is the text of all tokens, and
 * none holds half a character. A character of several tokens comes when the last of them has come.
 *
 * <p>A token's text depends on those before it (blanks, bytes of one character), so that tokens are decoded together with some
 * before them, and what that adds is new.
 */
public final class TextPieces {
    private static final char REPLACEMENT = '\uFFFD';

    /** How vocabularies of SentencePiece spell a byte of what they have no piece for. */
    private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

    /** Tokens of a long beginning that are looked at; no character has so many. */
    private static final int CONTEXT = 64;

    private final TextTokenizer tokenizer;
    private int[] ids; // from the first token that is still decoded
    private int size;
    private int given; // characters of their text that are in a piece
    private int settled; // tokens whose text is

    /**
     * @param before the tokens that the text goes on from, whose own text is in no piece; none for one that stands alone
     */
    public TextPieces(TextTokenizer tokenizer, int... before) {
        this.tokenizer = tokenizer;
        ids = Arrays.copyOfRange(before, Math.max(0, before.length - CONTEXT), before.length);
        size = ids.length;
        settled = size;
        given = text().length();
    }

    private String text() {
        return tokenizer.decode(Arrays.copyOf(ids, size));
    }

    /**
     * Takes a token.
     *
     * @return the text that is now certain and was not before; often none
     * @throws IllegalArgumentException if the id is negative
     */
    public String add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(16, 2 * size));
        }
        ids[size++] = id;
        String token = tokenizer.token(id);
        if (token != null && BYTE.matcher(token).matches()) {
            return ""; // a byte that makes no character spoils all bytes beside it
        }
        String text = text();
        String piece = upTo(text, certain(text));
        if (given == text.length()) {
            drop();
        }
        return piece;
    }

    /** What is left when no token follows: characters that lack some of their bytes, too. */
    public String end() {
        String text = text();
        return upTo(text, text.length());
    }

    private String upTo(String text, int end) {
        if (end <= given) {
            return "";
        }
        String piece = text.substring(given, end);
        given = end;
        return piece;
    }

    /** How much of a text will stay as it is, whatever follows. */
    private int certain(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == REPLACEMENT) {
            end--;
        }
        if (!tokenizer.joinsPunctuation()) {
            return end;
        }
        // A mark, or the rest of a contraction, takes away the blank before it.
        int blank = text.lastIndexOf(' ', end - 1);
        return blank < 0 ? end : blank > 1 && text.startsWith(" '", blank - 2) ? blank - 2 : blank;
    }

    /** Tokens before the newest with text are no longer needed: they have had their say on its blanks. */
    private void drop() {
        int[] newest = Arrays.copyOfRange(ids, settled, size);
        if (!tokenizer.decode(newest).isBlank()) {
            ids = newest;
            size = newest.length;
            given = text().length();
            settled = size;
        }
    }
}
