package io.github.djltransformers.text.tokenizer;

/**
 * A text to encode, and how.
 *
 * @param text any
 * @param pair a second text behind it, or null for none; an empty one is none too
 * @param framed whether special tokens are put around, as the model learnt it
 * @param target whether it is what a model is to write, not to read: some have another vocabulary or frame for it
 * @param language the code of its language, or null for the files' own, for models that are told it
 */
public record TextInput(String text, String pair, boolean framed, boolean target, String language) {
    /**
     * @throws IllegalArgumentException if there is no text
     */
    public TextInput {
        if (text == null) {
            throw new IllegalArgumentException("TextInput: text must be given, got null; an empty text is \"\"");
        }
        pair = pair == null || pair.isEmpty() ? null : pair;
    }

    /** A text to read, framed. */
    public static TextInput of(String text) {
        return new TextInput(text, null, true, false, null);
    }

    /** The same with a second text. */
    public TextInput withPair(String second) {
        return new TextInput(text, second, framed, target, language);
    }

    /** The same without special tokens around. */
    public TextInput withoutFrame() {
        return new TextInput(text, pair, false, target, language);
    }

    /** The same as what a model is to write. */
    public TextInput asTarget() {
        return new TextInput(text, pair, framed, true, language);
    }

    /** The same in a language, such as {@code de_DE}. */
    public TextInput in(String code) {
        return new TextInput(text, pair, framed, target, code);
    }
}
