package io.github.djltransformers.decode;

/**
 * A processor that changes few scores, each by itself: nothing else of the vocabulary has to be looked at where all of it only lowers,
 * as what is best without it is then nearly what is best with it.
 */
interface SparseProcessor extends ScoresProcessor {
    /** Takes what is changed. */
    @FunctionalInterface
    interface Sink {
        /** Takes one; a token may be changed several times, in this order. */
        void change(int token, ScoreChange change);
    }

    /**
     * Says what is changed.
     *
     * @param sequence as {@link #process} takes it
     */
    void changes(int[] sequence, Sink sink);

    @Override
    default void process(int[] sequence, float[] scores) {
        changes(sequence, (token, change) -> scores[token] = change.of(scores[token]));
    }
}
