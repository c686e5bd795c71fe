package io.github.djltransformers.text.generate;

import io.github.djltransformers.decode.TokenStream;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A text that is written as it is read, piece by piece; no piece is empty or holds half a character. A piece costs the steps of
 * its tokens when it is asked for. Whoever has read enough closes the stream, which frees what it holds; its end does, too.
 *
 * <p>Used by one thread at a time; the model that writes stays open as long.
 */
public final class TextStream implements Iterator<String>, AutoCloseable {
    private final TokenStream tokens;
    private final TextPieces pieces;
    private final Runnable closing;
    private final StringBuilder read = new StringBuilder();
    private String next;
    private boolean ended;
    private GeneratedText whole;

    private TextStream(TokenStream tokens, TextPieces pieces, String beginning, Runnable closing) {
        this.tokens = tokens;
        this.pieces = pieces;
        this.closing = closing;
        next = beginning;
    }

    /**
     * The text of tokens as they come.
     *
     * @param before the tokens that the text goes on from, none for one that stands alone
     * @param beginning what comes first, before the text of any token
     * @param closing is called once when the stream ends or is closed
     */
    public static TextStream of(
            TokenStream tokens, TextTokenizer tokenizer, int[] before, String beginning, Runnable closing) {
        return new TextStream(tokens, new TextPieces(tokenizer, before), beginning, closing);
    }

    /** A text that is written already. */
    public static TextStream of(GeneratedText text) {
        TextStream stream = new TextStream(null, null, text.text(), () -> {});
        stream.ended = true;
        stream.whole = text;
        return stream;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && !ended) {
            if (tokens.hasNext()) {
                int id = tokens.next().id();
                next = tokens.hasNext() || !tokens.sequence().ended() ? pieces.add(id) : "";
            } else {
                next = pieces.end();
                close();
            }
        }
        return !next.isEmpty();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException("TextStream: there is no text after the end");
        }
        String piece = next;
        next = "";
        read.append(piece);
        return piece;
    }

    /**
     * What was written, as far as it was read.
     *
     * @throws IllegalStateException if nothing was read
     */
    public GeneratedText text() {
        return whole != null ? whole : GeneratedText.of(read.toString(), tokens.sequence());
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            tokens.close();
            closing.run();
        }
    }
}
