package io.github.djltransformers.text.chat;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes what Python's Jinja reads otherwise than Jinjava such that both read the same. */
final class TemplateSource {
    /** Blanks from the beginning of a line to a block: {@code lstrip_blocks}. */
    private static final Pattern INDENT = Pattern.compile("(?m)^[ \\t]+(?=\\{[%#](?!\\+))");
    /** The end of the line behind a block: {@code trim_blocks}. */
    private static final Pattern LINE_END = Pattern.compile("(?<=(?<!\\+)[%#]\\})\\n");

    private static final Pattern NO_STRIPPING = Pattern.compile("(?<=\\{[%#])\\+|\\+(?=[%#]\\})");
    private static final Pattern TRAINING_MARK = Pattern.compile("\\{%([-+]?)\\s*(end)?generation\\s*([-+]?)%\\}");
    /** Python's {@code not} binds weaker than what compares: {@code not a in b} is {@code a not in b}. */
    private static final Pattern NEGATED = Pattern.compile(
            "\\bnot\\s+('[^']*'|\"[^\"]*\"|[A-Za-z_]\\w*(?:\\.\\w+|\\[[^\\]]*\\])*)\\s*(\\bin\\b|==|\\bis\\b(?!\\s+not))");

    private TemplateSource() {}

    static String forEngine(String source) {
        String text = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
        text = INDENT.matcher(text).replaceAll("");
        text = LINE_END.matcher(text).replaceAll("");
        // What marks a model's answers in training changes nothing of the text.
        text = TRAINING_MARK
                .matcher(text)
                .replaceAll(mark -> Matcher.quoteReplacement("{%" + mark.group(1)
                        + (mark.group(2) == null ? " if true " : " endif ") + mark.group(3) + "%}"));
        text = NO_STRIPPING.matcher(text).replaceAll("");
        return TemplateCode.rewrite(text, code -> NEGATED.matcher(code).replaceAll(TemplateSource::positive));
    }

    private static String positive(MatchResult negated) {
        String operator = switch (negated.group(2)) {
            case "in" -> "not in";
            case "is" -> "is not";
            default -> "!=";
        };
        return Matcher.quoteReplacement(negated.group(1) + " " + operator + " ");
    }
}
