package io.github.djltransformers.text.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jinjava.javax.el.ELException;

/** Methods of Python's texts, lists and maps. */
final class PythonMethods {
    private PythonMethods() {}

    static Object ofText(String text, String name, Object[] arguments) {
        return switch (name) {
            case "strip" -> arguments.length == 0 ? strip(text) : strip(text, argument(arguments, 0), true, true);
            case "lstrip" -> strip(text, arguments.length == 0 ? null : argument(arguments, 0), true, false);
            case "rstrip" -> strip(text, arguments.length == 0 ? null : argument(arguments, 0), false, true);
            case "startswith" -> text.startsWith(argument(arguments, 0));
            case "endswith" -> text.endsWith(argument(arguments, 0));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "replace" -> text.replace(argument(arguments, 0), argument(arguments, 1));
            case "find" -> index(text, text.indexOf(argument(arguments, 0)));
            case "split" -> split(text, arguments);
            default -> throw unsupported(name, "text");
        };
    }

    private static long index(String text, int place) {
        return place < 0 ? -1 : text.codePointCount(0, place);
    }

    private static List<String> split(String text, Object[] arguments) {
        if (arguments.length == 0) {
            return new ArrayList<>(Arrays.stream(text.strip().split("\\s+"))
                    .filter(part -> !part.isEmpty())
                    .toList());
        }
        String separator = argument(arguments, 0);
        if (separator.isEmpty()) {
            throw new ELException("the separator of split must not be empty");
        }
        int most = arguments.length > 1 ? Integer.parseInt(argument(arguments, 1)) : -1;
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && (most < 0 || parts.size() < most); ) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    static Object ofMap(Map<?, ?> map, String name, Object[] arguments) {
        return switch (name) {
            case "items" -> new ArrayList<>(map.entrySet());
            case "keys" -> new ArrayList<>(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            case "get" ->
                map.containsKey(argument(arguments, 0))
                        ? map.get(argument(arguments, 0))
                        : arguments.length > 1 ? arguments[1] : null;
            default -> throw unsupported(name, "map");
        };
    }

    @SuppressWarnings("unchecked")
    static Object ofList(List<?> list, String name, Object[] arguments) {
        return switch (name) {
            case "append" -> {
                ((List<Object>) list).add(arguments[0]);
                yield null;
            }
            case "index" -> (long) list.indexOf(arguments[0]);
            case "count" -> list.stream().filter(arguments[0]::equals).count();
            default -> throw unsupported(name, "list");
        };
    }

    private static String argument(Object[] arguments, int place) {
        if (place >= arguments.length || arguments[place] == null) {
            throw new ELException("a method needs an argument at place " + (place + 1));
        }
        return arguments[place].toString();
    }

    private static ELException unsupported(String name, String type) {
        return new ELException("the method " + name + " of a " + type + " is not supported");
    }

    /** Without white space at both ends. */
    static String strip(String text) {
        return strip(text, null, true, true);
    }

    private static String strip(String text, String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.codePointAt(from), characters)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && isStripped(text.codePointBefore(to), characters)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(int character, String characters) {
        return characters == null
                ? Character.isWhitespace(character) || Character.isSpaceChar(character) || character == 0x85
                : characters.indexOf(character) >= 0;
    }
}
