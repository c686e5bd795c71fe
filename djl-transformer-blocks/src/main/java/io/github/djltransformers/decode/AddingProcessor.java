package io.github.djltransformers.decode;

/**
 * A processor that changes few scores, each by what it adds: nothing else of the vocabulary has to be looked at where all of it only
 * lowers, as what is best without it is then nearly what is best with it.
 */
interface AddingProcessor extends ScoresProcessor {
    /** Takes what is added to a score. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes one.
         *
         * @param amount negative infinity forbids the token
         */
        void add(int token, float amount);
    }

    /**
     * Says what is added.
     *
     * @param sequence as {@link #process} takes it
     * @param sink may be told of a token several times
     */
    void additions(int[] sequence, Sink sink);

    @Override
    default void process(int[] sequence, float[] scores) {
        additions(sequence, (token, amount) -> scores[token] += amount);
    }
}
