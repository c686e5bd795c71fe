package io.github.djltransformers.decode;

/** Changes the scores of the next token of a sequence, before one is chosen. */
@FunctionalInterface
public interface ScoresProcessor {
    /**
     * Changes scores in place.
     *
     * @param sequence the prompt, or the start token, and the tokens written so far; not to be changed
     * @param scores (V): raw logits in greedy search, log-probabilities in beam search
     */
    void process(int[] sequence, float[] scores);
}
