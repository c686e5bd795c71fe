package io.github.djltransformers.text.sentencepiece;

/**
 * What SentencePiece does to a text before it cuts it: {@code NormalizerSpec}.
 *
 * @param charsmap the replacements of characters
 * @param dummyPrefix whether a blank is put before a text
 * @param removesExtraBlanks whether blanks at both ends go, and of several in a row all but one
 */
public record SentencePieceNormalizer(Charsmap charsmap, boolean dummyPrefix, boolean removesExtraBlanks) {
    /** What stands for a blank. */
    public static final char BLANK = '\u2581';

    private static final String BLANKS = String.valueOf(BLANK);

    /** The normalised text, with {@link #BLANK} for blanks; a text without content stays empty. */
    public AlignedText normalize(String text) {
        AlignedText mapped = charsmap.map(text);
        AlignedText.Builder normalized = new AlignedText.Builder(mapped.text().length() + 1);
        boolean pending = dummyPrefix; // a blank goes before what comes next
        int start = 0;
        int end = 0;
        for (int i = 0; i < mapped.text().length(); i++) {
            char character = mapped.text().charAt(i);
            if (character == ' ' && removesExtraBlanks) {
                if (!pending && !normalized.isEmpty()) {
                    pending = true;
                    start = mapped.start(i);
                    end = mapped.end(i);
                }
                continue;
            }
            if (pending) {
                normalized.append(BLANKS, start, end);
                pending = false;
            }
            normalized.append(character == ' ' ? BLANKS : String.valueOf(character), mapped.start(i), mapped.end(i));
        }
        return normalized.build();
    }
}
