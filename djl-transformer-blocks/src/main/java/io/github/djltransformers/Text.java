package io.github.djltransformers;

import java.util.Locale;

/** Text that is the same everywhere. */
public final class Text {
    private Text() {}

    /**
     * Fills a pattern in, as {@link String#format} does, with the digits and signs of {@link Locale#ROOT}: a program, a name
     * of a file or a message is no different where people write numbers otherwise.
     */
    public static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }
}
