package io.github.djltransformers.text.translate;

/**
 * A text with how its translation begins, such as a translator typed it, for a model to go on. What is found is the whole
 * translation; scores are those of what the model added.
 *
 * @param text to translate
 * @param beginning of the translation, up to the end of a word; blanks at its end do not count, and an empty one is none
 */
public record PartialTranslation(String text, String beginning) {
    /**
     * @throws IllegalArgumentException if one is null
     */
    public PartialTranslation {
        if (text == null || beginning == null) {
            throw new IllegalArgumentException("PartialTranslation: text and beginning must be given, got "
                    + (text == null ? "no text" : "no beginning") + "; an empty one is \"\"");
        }
        beginning = beginning.stripTrailing();
    }

    /** A text whose translation may begin in any way. */
    public static PartialTranslation of(String text) {
        return new PartialTranslation(text, "");
    }
}
