package io.github.djltransformers.text.format;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.Text;
import java.util.Map;

/** Writes JSON of hundreds of thousands of small arrays in a third of the time of a writer that locks and checks each value. */
final class JsonOutput {
    private final StringBuilder text = new StringBuilder(1 << 16);

    private JsonOutput() {}

    static String of(JsonElement json) {
        JsonOutput output = new JsonOutput();
        output.write(json);
        return output.text.toString();
    }

    private void write(JsonElement json) {
        if (json instanceof JsonPrimitive primitive) {
            if (primitive.isString()) {
                quote(primitive.getAsString());
            } else {
                text.append(primitive.getAsString());
            }
        } else if (json instanceof JsonArray array) {
            char before = '[';
            for (JsonElement element : array) {
                text.append(before);
                write(element);
                before = ',';
            }
            text.append(before == '[' ? "[]" : "]");
        } else if (json instanceof JsonObject object) {
            char before = '{';
            for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
                text.append(before);
                quote(entry.getKey());
                text.append(':');
                write(entry.getValue());
                before = ',';
            }
            text.append(before == '{' ? "{}" : "}");
        } else {
            text.append("null");
        }
    }

    private void quote(String value) {
        text.append('"');
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (each < ' ' || each == '"' || each == '\\') {
                text.append(value, from, i);
                text.append(each < ' ' ? Text.format("\\u%04x", (int) each) : "\\" + each);
                from = i + 1;
            }
        }
        text.append(value, from, value.length()).append('"');
    }
}
