package io.github.djltransformers.text.data;

/** Tells texts in which there is nothing to see. */
public final class BlankText {
    private BlankText() {}

    /**
     * Whether a text has no visible character: no-break blanks, control and format characters (byte order marks,
     * zero-width and soft hyphens, marks of direction), variation selectors and fillers are none, which
     * {@link String#isBlank} does not know.
     */
    public static boolean isBlank(String text) {
        return text.codePoints().allMatch(BlankText::isInvisible);
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE -> true;
            default -> isFiller(character);
        };
    }

    private static boolean isFiller(int character) {
        return character == 0x034F // combining grapheme joiner
                || character == 0x115F
                || character == 0x1160
                || character == 0x3164
                || character == 0xFFA0 // Hangul fillers
                || character == 0x17B4
                || character == 0x17B5 // Khmer inherent vowels
                || character == 0x2800 // Braille pattern without dots
                || character >= 0xFE00 && character <= 0xFE0F
                || character >= 0xE0100 && character <= 0xE01EF; // variation selectors
    }
}
