package io.github.djltransformers.decode;

import java.util.function.IntPredicate;

/**
 * A processor that forbids tokens and changes no other score. Where a model's best tokens are among those that may follow, the rest
 * of the vocabulary is not looked at.
 */
public interface TokenFilter extends ScoresProcessor {
    /**
     * Says which tokens may follow, at least one.
     *
     * @param sequence as {@link #process} takes it
     */
    IntPredicate after(int... sequence);

    @Override
    default void process(int[] sequence, float[] scores) {
        IntPredicate allowed = after(sequence);
        for (int token = 0; token < scores.length; token++) {
            if (!allowed.test(token)) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
