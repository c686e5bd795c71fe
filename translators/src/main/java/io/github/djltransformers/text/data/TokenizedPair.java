package io.github.djltransformers.text.data;

/** A sentence pair as token ids, without start and end tokens. */
public final class TokenizedPair {
    private final int[] source;
    private final int[] target;

    /**
     * Copies the ids.
     *
     * @param source the ids of the source
     * @param target the ids of the target
     * @throws IllegalArgumentException if either is empty
     */
    public TokenizedPair(int[] source, int[] target) {
        if (source.length == 0 || target.length == 0) {
            throw new IllegalArgumentException("TokenizedPair: source and target must have at least 1 token, got "
                    + source.length + " and " + target.length);
        }
        this.source = source.clone();
        this.target = target.clone();
    }

    /**
     * Returns the ids of the source.
     *
     * @return a copy
     */
    public int[] source() {
        return source.clone();
    }

    /**
     * Returns the ids of the target.
     *
     * @return a copy
     */
    public int[] target() {
        return target.clone();
    }

    /**
     * Returns the length of the encoder's input.
     *
     * @return the number of source tokens, the end token included
     */
    public int sourceLength() {
        return source.length + 1;
    }

    /**
     * Returns the length of the decoder's input, which is also that of the labels.
     *
     * @return the number of target tokens, the start or the end token included
     */
    public int targetLength() {
        return target.length + 1;
    }

    /** Writes the source at a place of a batch's array. */
    void copySource(long[] destination, int at) {
        copy(source, destination, at);
    }

    /** Writes the target at a place of a batch's array. */
    void copyTarget(long[] destination, int at) {
        copy(target, destination, at);
    }

    private static void copy(int[] ids, long[] destination, int at) {
        for (int i = 0; i < ids.length; i++) {
            destination[at + i] = ids[i];
        }
    }
}
