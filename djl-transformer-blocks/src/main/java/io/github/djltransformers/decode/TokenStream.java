package io.github.djltransformers.decode;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A sequence that is written as it is read: a token costs its step through the model when it is asked for, and whoever has read
 * enough closes the stream. It frees what it holds with the last token, or when it is closed.
 *
 * <p>Used by one thread at a time; the model it writes with stays open as long.
 */
public final class TokenStream implements Iterator<GeneratedToken>, AutoCloseable {
    private final TokenSource source;
    private boolean unfinished = true;
    private boolean open = true;
    private int length;

    TokenStream(TokenSource source) {
        this.source = source;
    }

    /** Whether another token follows; false after the end, and when closed. */
    @Override
    public boolean hasNext() {
        return open;
    }

    /** The next token, the end token included. */
    @Override
    public GeneratedToken next() {
        if (!open) {
            throw new NoSuchElementException("TokenStream: there is no token after the end");
        }
        try {
            while (source.written() == length) {
                unfinished = source.step();
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        length++;
        if (!unfinished && length == source.written()) {
            close();
        }
        GeneratedSequence written = source.first(length);
        return new GeneratedToken(written.tokens()[length - 1], written.logProbabilities()[length - 1]);
    }

    /**
     * What was written so far. Its reason to end is {@link FinishReason#LENGTH} where it was read only in part.
     *
     * @throws IllegalStateException if no token was read
     */
    public GeneratedSequence sequence() {
        if (length == 0) {
            throw new IllegalStateException("TokenStream: a token must be read first, got none");
        }
        return source.first(length);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            source.close();
        }
    }
}
