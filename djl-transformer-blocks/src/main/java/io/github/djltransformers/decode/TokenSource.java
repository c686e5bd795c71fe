package io.github.djltransformers.decode;

/** A sequence in the middle of being written. */
interface TokenSource extends AutoCloseable {
    /**
     * Goes on.
     *
     * @return whether it is unfinished
     */
    boolean step();

    /** How many tokens are written. */
    int written();

    /**
     * The first tokens, as a sequence that ended there.
     *
     * @param length how many, at most as many as are written, and at least 1
     */
    GeneratedSequence first(int length);

    @Override
    void close();
}
