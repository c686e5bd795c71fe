package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * White space as sacreBLEU sees it: every Unicode space, including the unbreakable ones, and the control characters that
 * separate lines and records.
 */
final class Whitespace {
    private static final int NEXT_LINE = 0x85;

    private Whitespace() {}

    static boolean is(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == NEXT_LINE;
    }

    /** Returns the stretches of other characters. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i < text.length(); i++) { // no white space lies beyond the basic plane
            if (is(text.charAt(i))) {
                if (start >= 0) {
                    words.add(text.substring(start, i));
                }
                start = -1;
            } else if (start < 0) {
                start = i;
            }
        }
        if (start >= 0) {
            words.add(text.substring(start));
        }
        return words;
    }

    static String strip(String text) {
        String stripped = stripTrailing(text);
        int start = 0;
        while (start < stripped.length() && is(stripped.charAt(start))) {
            start++;
        }
        return stripped.substring(start);
    }

    static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && is(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }
}
