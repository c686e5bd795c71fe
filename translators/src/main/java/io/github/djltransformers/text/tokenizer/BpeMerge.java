package io.github.djltransformers.text.tokenizer;

/**
 * One learnt merge: where the two symbols stand side by side, they become one.
 *
 * @param left the symbol before
 * @param right the symbol after
 */
public record BpeMerge(String left, String right) {
    /**
     * Returns the symbol that the merge makes.
     *
     * @return the two symbols joined
     */
    public String result() {
        return left + right;
    }
}
