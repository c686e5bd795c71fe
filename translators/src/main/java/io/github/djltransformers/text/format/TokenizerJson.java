package io.github.djltransformers.text.format;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** The components of a {@code tokenizer.json}. */
public final class TokenizerJson {
    /** What stands for a blank in vocabularies of SentencePiece. */
    public static final String BLANK = "\u2581";

    private TokenizerJson() {}

    /** A component with its settings, such as {@code component("Strip", "start", 1)}. */
    public static JsonObject component(String type, Object... keysAndValues) {
        JsonObject component = new JsonObject();
        component.addProperty("type", type);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            component.add((String) keysAndValues[i], json(keysAndValues[i + 1]));
        }
        return component;
    }

    /** Components, one after the other. */
    public static JsonObject sequence(String name, JsonObject... parts) {
        return sequence(name, List.of(parts));
    }

    /** Components, one after the other. */
    public static JsonObject sequence(String name, List<JsonObject> parts) {
        return component("Sequence", name, array(parts));
    }

    /** Replaces a text by another. */
    public static JsonObject replace(String text, String by) {
        return component("Replace", "pattern", pattern("String", text), "content", by);
    }

    /** Replaces each place that a regular expression matches. */
    public static JsonObject replaceAll(String regex, String by) {
        return component("Replace", "pattern", pattern("Regex", regex), "content", by);
    }

    /** Cuts at a text. */
    public static JsonObject split(String text, String behavior) {
        return component("Split", "pattern", pattern("String", text), "behavior", behavior, "invert", false);
    }

    /** Writes blanks as {@link #BLANK}. */
    public static JsonObject metaspace(String prependScheme, boolean split) {
        return component("Metaspace", "replacement", BLANK, "prepend_scheme", prependScheme, "split", split);
    }

    /** Cuts a text into words whose bytes are written as letters (Radford et al. 2019). */
    public static JsonObject byteLevel(boolean addPrefixSpace, boolean trimOffsets) {
        return component(
                "ByteLevel", "add_prefix_space", addPrefixSpace, "trim_offsets", trimOffsets, "use_regex", true);
    }

    /**
     * Frames of special tokens.
     *
     * @param single the parts, such as {@code [CLS]:0}, {@code $A:0}: a token or a text, and its type
     * @param pair the parts around two texts, {@code $A} and {@code $B}
     * @param ids tells the id of a special token
     */
    public static JsonObject template(List<String> single, List<String> pair, ToIntFunction<String> ids) {
        TreeSet<String> names = new TreeSet<>();
        JsonArray parts = templateParts(single, names);
        JsonArray pairParts = templateParts(pair, names);
        JsonObject special = new JsonObject();
        for (String name : names) {
            JsonObject token = new JsonObject();
            token.addProperty("id", name);
            token.add("ids", array(List.of(ids.applyAsInt(name))));
            token.add("tokens", array(List.of(name)));
            special.add(name, token);
        }
        return component("TemplateProcessing", "single", parts, "pair", pairParts, "special_tokens", special);
    }

    private static JsonArray templateParts(List<String> template, TreeSet<String> names) {
        JsonArray parts = new JsonArray();
        for (String each : template) {
            int colon = each.lastIndexOf(':');
            String name = each.substring(0, colon);
            boolean text = name.equals("$A") || name.equals("$B");
            JsonObject content = new JsonObject();
            content.addProperty("id", text ? name.substring(1) : name);
            content.addProperty("type_id", Integer.valueOf(each.substring(colon + 1)));
            JsonObject part = new JsonObject();
            part.add(text ? "Sequence" : "SpecialToken", content);
            parts.add(part);
            if (!text) {
                names.add(name);
            }
        }
        return parts;
    }

    /** An array of texts, numbers or components. */
    public static JsonArray array(List<?> values) {
        JsonArray array = new JsonArray(values.size());
        values.forEach(value -> array.add(json(value)));
        return array;
    }

    /** An object of ids. */
    public static JsonObject ids(Map<String, Integer> ids) {
        JsonObject object = new JsonObject();
        ids.forEach(object::addProperty);
        return object;
    }

    private static JsonObject pattern(String kind, String text) {
        JsonObject pattern = new JsonObject();
        pattern.addProperty(kind, text);
        return pattern;
    }

    private static JsonElement json(Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof JsonElement element) {
            return element;
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive((String) value);
    }
}
