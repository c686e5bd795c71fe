package io.github.djltransformers.text.translate;

import java.util.List;

/**
 * The translations of one text.
 *
 * @param ranked at least one, best first
 */
public record Translations(List<Translation> ranked) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public Translations {
        ranked = List.copyOf(ranked);
        if (ranked.isEmpty()) {
            throw new IllegalArgumentException("Translations: ranked must have at least 1 element, got none");
        }
    }

    /**
     * Returns the translation with the highest score.
     *
     * @return the first
     */
    public Translation best() {
        return ranked.get(0);
    }
}
