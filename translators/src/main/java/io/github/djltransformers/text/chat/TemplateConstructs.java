package io.github.djltransformers.text.chat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What templates may use. The engine renders nothing for some constructs that it does not know, so that they are looked for. */
final class TemplateConstructs {
    static final Set<String> FILTERS = Set.of(
            "abs",
            "capitalize",
            "count",
            "d",
            "default",
            "dictsort",
            "first",
            "float",
            "int",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map",
            "reject",
            "rejectattr",
            "replace",
            "reverse",
            "round",
            "safe",
            "select",
            "selectattr",
            "sort",
            "string",
            "sum",
            "title",
            "tojson",
            "trim",
            "unique",
            "upper");
    static final Set<String> TESTS = Set.of(
            "boolean",
            "defined",
            "divisibleby",
            "eq",
            "equalto",
            "even",
            "false",
            "float",
            "ge",
            "gt",
            "in",
            "integer",
            "iterable",
            "le",
            "lower",
            "lt",
            "mapping",
            "ne",
            "none",
            "number",
            "odd",
            "sameas",
            "sequence",
            "string",
            "true",
            "undefined",
            "upper");

    private static final int MAX_DEPTH = 20;
    private static final Pattern LITERAL =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)*+'", Pattern.DOTALL);
    private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?([A-Za-z_]\\w*)");

    private TemplateConstructs() {}

    /**
     * Looks for what is not supported.
     *
     * @throws IllegalArgumentException naming it
     */
    static void check(String source) {
        for (String part : TemplateCode.parts(source)) {
            String bare = LITERAL.matcher(part).replaceAll("''");
            requireShallow(bare);
            require("filter", FILTER.matcher(bare), FILTERS);
            require("test", TEST.matcher(bare), TESTS);
            if (isFilteredLoop(bare)) {
                throw unsupported("a loop with a condition, 'for ... in ... if ...'", "an if inside the loop");
            }
        }
    }

    private static boolean isFilteredLoop(String bare) {
        List<String> words = List.of(bare.replaceFirst("^\\{%[-+]?", "").strip().split("\\s+"));
        int condition = words.lastIndexOf("if");
        return words.get(0).equals("for")
                && condition > words.indexOf("in")
                && !words.subList(condition, words.size()).contains("else");
    }

    /** A parser takes long over brackets within brackets. */
    private static void requireShallow(String code) {
        int depth = 0;
        for (int i = 0; i < code.length(); i++) {
            depth += "([{".indexOf(code.charAt(i)) >= 0 ? 1 : ")]}".indexOf(code.charAt(i)) >= 0 ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw unsupported("more than " + MAX_DEPTH + " brackets within brackets", "fewer");
            }
        }
    }

    private static void require(String kind, Matcher used, Set<String> known) {
        while (used.find()) {
            if (!known.contains(used.group(1))) {
                throw unsupported("the " + kind + " " + used.group(1), "one of " + new TreeSet<>(known));
            }
        }
    }

    private static IllegalArgumentException unsupported(String construct, String instead) {
        return new IllegalArgumentException("ChatTemplate: template must use what is supported of Jinja, got "
                + construct + "; write it with " + instead);
    }
}
