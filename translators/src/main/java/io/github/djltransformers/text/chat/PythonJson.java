package io.github.djltransformers.text.chat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** JSON as Python writes it: a blank behind commas and colons. */
final class PythonJson {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final int MAX_DEPTH = 100;
    private static final int MAX_INDENT = 16;

    private PythonJson() {}

    /**
     * @param indent how many blanks a level is indented by; null for all on one line
     */
    static String write(Object value, Object indent) {
        int blanks = indent instanceof Number number ? Math.max(0, Math.min(MAX_INDENT, number.intValue())) : -1;
        StringBuilder json = new StringBuilder();
        write(value, blanks, 0, json);
        return json.toString();
    }

    private static void write(Object value, int indent, int depth, StringBuilder json) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("a value of more than " + MAX_DEPTH + " levels");
        }
        if (value instanceof Map<?, ?> map) {
            List<Object> entries = new ArrayList<>(map.entrySet());
            writeAll(entries, '{', '}', indent, depth, json);
        } else if (value instanceof Collection<?> list) {
            writeAll(list, '[', ']', indent, depth, json);
        } else if (value instanceof Map.Entry<?, ?> entry) {
            json.append(GSON.toJson(String.valueOf(entry.getKey()))).append(": ");
            write(entry.getValue(), indent, depth, json);
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            json.append(value);
        } else {
            json.append(GSON.toJson(value.toString()));
        }
    }

    private static void writeAll(
            Collection<?> values, char open, char close, int indent, int depth, StringBuilder json) {
        json.append(open);
        boolean first = true;
        for (Object value : values) {
            json.append(first ? "" : indent < 0 ? ", " : ",");
            breakLine(indent, depth + 1, json);
            first = false;
            write(value, indent, depth + 1, json);
        }
        if (!first) {
            breakLine(indent, depth, json);
        }
        json.append(close);
    }

    private static void breakLine(int indent, int depth, StringBuilder json) {
        if (indent >= 0) {
            json.append('\n').append(" ".repeat(indent * depth));
        }
    }
}
