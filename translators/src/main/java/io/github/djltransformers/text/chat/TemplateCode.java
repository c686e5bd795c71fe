package io.github.djltransformers.text.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Finds expressions, blocks and comments of a template in one pass, whatever it holds. */
final class TemplateCode {
    private TemplateCode() {}

    /** The expressions and blocks with their braces, comments left out. */
    static List<String> parts(String source) {
        List<String> parts = new ArrayList<>();
        rewrite(source, part -> {
            parts.add(part);
            return part;
        });
        return parts;
    }

    /** The template with other expressions and blocks. */
    static String rewrite(String source, UnaryOperator<String> change) {
        StringBuilder text = new StringBuilder(source.length());
        int at = 0;
        while (at < source.length()) {
            char kind = source.charAt(at) == '{' && at + 1 < source.length() ? source.charAt(at + 1) : ' ';
            int end = kind == '#' ? endOfComment(source, at) : kind == '{' || kind == '%' ? end(source, at, kind) : -1;
            if (end < 0) {
                text.append(source.charAt(at));
                at++;
                if (kind == '#' || kind == '{' || kind == '%') {
                    return text.append(source, at, source.length()).toString(); // never ended: the engine says so
                }
            } else {
                String part = source.substring(at, end);
                text.append(kind == '#' ? part : change.apply(part));
                at = end;
            }
        }
        return text.toString();
    }

    private static int endOfComment(String source, int from) {
        int end = source.indexOf("#}", from + 2);
        return end < 0 ? -1 : end + 2;
    }

    /** Where code ends that began at a place; braces in its literals end nothing. */
    private static int end(String source, int from, char kind) {
        char last = kind == '{' ? '}' : '%';
        char quote = 0;
        for (int i = from + 2; i + 1 < source.length(); i++) {
            char each = source.charAt(i);
            if (quote != 0) {
                if (each == '\\') {
                    i++;
                } else if (each == quote) {
                    quote = 0;
                }
            } else if (each == '\'' || each == '"') {
                quote = each;
            } else if (each == last && source.charAt(i + 1) == '}') {
                return i + 2;
            }
        }
        return -1;
    }
}
