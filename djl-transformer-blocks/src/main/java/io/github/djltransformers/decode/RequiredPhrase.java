package io.github.djltransformers.decode;

import java.util.List;

/**
 * What must appear among the new tokens of a sequence: one of several runs of tokens, such as the forms of a word.
 *
 * @param alternatives at least one, of at least one id each
 */
public record RequiredPhrase(List<List<Integer>> alternatives) {
    /**
     * @throws IllegalArgumentException if there is no alternative, or one without tokens
     */
    public RequiredPhrase {
        alternatives = alternatives.stream().map(List::copyOf).toList();
        if (alternatives.isEmpty() || alternatives.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException(
                    "RequiredPhrase: alternatives must be at least one, of at least one token each, got "
                            + alternatives);
        }
    }

    /** How many tokens it takes at least. */
    int shortest() {
        return alternatives.stream().mapToInt(List::size).min().orElseThrow();
    }

    int longest() {
        return alternatives.stream().mapToInt(List::size).max().orElseThrow();
    }
}
