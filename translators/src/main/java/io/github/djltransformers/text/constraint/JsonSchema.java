package io.github.djltransformers.text.constraint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * The documents of a JSON schema (draft 2020-12) as an automaton: properties in the schema's order and no others, a blank or none
 * after commas and colons, numbers without exponents.
 *
 * <p>Kept are {@code type}, {@code properties}, {@code required}, {@code items}, {@code minItems}, {@code maxItems}, {@code
 * minLength}, {@code maxLength}, {@code pattern}, {@code minimum} and {@code maximum} of integers, {@code enum}, {@code const},
 * {@code anyOf}, and {@code $ref} to {@code $defs} that do not refer to themselves. Names of annotations say nothing; anything else
 * is refused, since a document could break it.
 */
final class JsonSchema {
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");

    private static final Map<String, Set<String>> OF_TYPE = Map.of(
            "object", Set.of("properties", "required", "additionalProperties"),
            "array", Set.of("items", "minItems", "maxItems"),
            "string", Set.of("minLength", "maxLength", "pattern"),
            "integer", Set.of("minimum", "maximum"),
            "number", Set.of(),
            "boolean", Set.of(),
            "null", Set.of());

    /** A character that stands for itself in a string of JSON. */
    private static final Automaton PLAIN = Operations.union(List.of(
            Automata.makeCharRange(0x20, 0x21),
            Automata.makeCharRange(0x23, 0x5B),
            Automata.makeCharRange(0x5D, 0xD7FF),
            Automata.makeCharRange(0xE000, 0x10FFFF)));

    private static final Automaton CHARACTER =
            Operations.union(PLAIN, Constraint.automaton("\\\\([\"\\\\/bfnrt]|u00[01][0-9a-f])"));

    private static final Automaton WHOLE = Constraint.automaton("-?(0|[1-9][0-9]{0,14})");
    private static final Automaton QUOTE = Automata.makeChar('"');
    private static final Automaton COMMA = Constraint.automaton(", ?");
    private static final Automaton COLON = Constraint.automaton(": ?");

    private final JsonObject root;

    private JsonSchema(JsonObject root) {
        this.root = root;
    }

    static Automaton automaton(String schema) {
        JsonElement parsed;
        try {
            parsed = JsonParser.parseString(schema);
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("JsonSchema: the schema must be JSON, got: " + e.getMessage(), e);
        }
        if (!(parsed instanceof JsonObject root)) {
            throw wrong("the schema", "be an object", parsed);
        }
        return new JsonSchema(root).value(root, "#", List.of());
    }

    private static IllegalArgumentException wrong(String place, String rule, Object actual) {
        return new IllegalArgumentException(Text.format("JsonSchema: %s must %s, got %s", place, rule, actual));
    }

    /**
     * The values of a schema.
     *
     * @param place where it stands, for errors
     * @param references that it was come to by
     */
    private Automaton value(JsonElement element, String place, List<String> references) {
        if (!(element instanceof JsonObject schema)) {
            throw wrong(place, "be an object", element);
        }
        if (schema.has("$ref")) {
            return referred(string(schema.get("$ref"), place + "/$ref"), place, references);
        }
        if (schema.has("const")) {
            requireKeys(schema, place, Set.of("const", "type"));
            return text(schema.get("const"));
        }
        if (schema.has("enum")) {
            requireKeys(schema, place, Set.of("enum", "type"));
            return union(schema.get("enum"), place + "/enum", JsonSchema::text);
        }
        if (schema.has("anyOf")) {
            requireKeys(schema, place, Set.of("anyOf"));
            return union(schema.get("anyOf"), place + "/anyOf", each -> value(each, place + "/anyOf", references));
        }
        JsonElement type = schema.get("type");
        if (type instanceof JsonArray) {
            return union(
                    type, place + "/type", each -> ofType(string(each, place + "/type"), schema, place, references));
        }
        if (type == null) {
            throw wrong(place, "have type, enum, const, anyOf or $ref", schema);
        }
        return ofType(string(type, place + "/type"), schema, place, references);
    }

    private static String string(JsonElement value, String place) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrong(place, "be a string", value);
    }

    private static Automaton text(JsonElement value) {
        return Automata.makeString(value.toString());
    }

    private static Automaton union(JsonElement members, String place, Function<JsonElement, Automaton> each) {
        if (!(members instanceof JsonArray array) || array.isEmpty()) {
            throw wrong(place, "be a list of at least one", members);
        }
        List<Automaton> all = new ArrayList<>();
        array.forEach(member -> all.add(each.apply(member)));
        return Operations.union(all);
    }

    private Automaton referred(String reference, String place, List<String> references) {
        if (references.contains(reference)) {
            throw wrong(place + "/$ref", "not refer to itself", reference);
        }
        JsonElement target = root;
        for (String key : reference.replaceFirst("^#/?", "").split("/")) {
            target = target instanceof JsonObject object && object.has(key) ? object.get(key) : null;
        }
        if (!reference.startsWith("#/") || target == null) {
            throw wrong(place + "/$ref", "refer to a part of the schema, such as #/$defs/name", reference);
        }
        List<String> longer = new ArrayList<>(references);
        longer.add(reference);
        return value(target, reference, longer);
    }

    private static void requireKeys(JsonObject schema, String place, Set<String> keys) {
        Set<String> others = new TreeSet<>(schema.keySet());
        others.removeAll(ANNOTATIONS);
        others.removeAll(keys);
        if (!others.isEmpty()) {
            throw wrong(place, "have no keys here but " + new TreeSet<>(keys), others);
        }
    }

    private Automaton ofType(String type, JsonObject schema, String place, List<String> references) {
        Set<String> own = OF_TYPE.get(type);
        if (own == null) {
            throw wrong(place + "/type", "be one of " + new TreeSet<>(OF_TYPE.keySet()), type);
        }
        Set<String> keys = new TreeSet<>(own);
        keys.add("type");
        if (schema.get("type") instanceof JsonArray types) {
            types.forEach(each -> keys.addAll(OF_TYPE.getOrDefault(string(each, place + "/type"), Set.of())));
        }
        requireKeys(schema, place, keys);
        return switch (type) {
            case "object" -> object(schema, place, references);
            case "array" -> array(schema, place, references);
            case "string" -> string(schema, place);
            case "integer" -> integer(schema, place);
            case "number" -> Operations.concatenate(WHOLE, Constraint.automaton("(\\.[0-9]{1,15})?"));
            case "boolean" -> Operations.union(Automata.makeString("true"), Automata.makeString("false"));
            default -> Automata.makeString("null");
        };
    }

    private Automaton object(JsonObject schema, String place, List<String> references) {
        if (schema.has("additionalProperties")
                && !schema.get("additionalProperties").toString().equals("false")) {
            throw wrong(place + "/additionalProperties", "be false", schema.get("additionalProperties"));
        }
        List<String> names = new ArrayList<>();
        List<Automaton> members = new ArrayList<>();
        if (schema.get("properties") instanceof JsonObject properties) {
            properties.entrySet().forEach(each -> {
                names.add(each.getKey());
                members.add(Operations.concatenate(List.of(
                        text(new JsonPrimitive(each.getKey())),
                        COLON,
                        value(each.getValue(), place + "/properties/" + each.getKey(), references))));
            });
        }
        Set<String> required = new TreeSet<>();
        if (schema.get("required") instanceof JsonArray listed) {
            listed.forEach(each -> required.add(string(each, place + "/required")));
        }
        if (!names.containsAll(required)) {
            throw wrong(place + "/required", "be among the properties " + names, required);
        }
        // From the last to the first: what follows where a member stands before, and where none does.
        Automaton behind = Automata.makeEmptyString();
        Automaton first = Automata.makeEmptyString();
        for (int i = members.size() - 1; i >= 0; i--) {
            Automaton with = Operations.concatenate(List.of(members.get(i), behind));
            Automaton other = Operations.concatenate(List.of(COMMA, with));
            boolean optional = !required.contains(names.get(i));
            first = optional ? Operations.union(with, first) : with;
            behind = optional ? Operations.union(other, behind) : other;
        }
        return Operations.concatenate(List.of(Automata.makeChar('{'), first, Automata.makeChar('}')));
    }

    private Automaton array(JsonObject schema, String place, List<String> references) {
        if (!schema.has("items")) {
            throw wrong(place, "have items", schema);
        }
        int least = count(schema, "minItems", 0, place);
        int most = count(schema, "maxItems", -1, place);
        Automaton item = value(schema.get("items"), place + "/items", references);
        Automaton next = Operations.concatenate(COMMA, item);
        Automaton rest = most < 0
                ? Operations.repeat(next, Math.max(0, least - 1))
                : Operations.repeat(next, Math.max(0, least - 1), Math.max(0, most - 1));
        Automaton some = most == 0 ? Automata.makeEmptyString() : Operations.concatenate(item, rest);
        return Operations.concatenate(
                List.of(Automata.makeChar('['), least == 0 ? Operations.optional(some) : some, Automata.makeChar(']')));
    }

    private Automaton string(JsonObject schema, String place) {
        int least = count(schema, "minLength", 0, place);
        int most = count(schema, "maxLength", -1, place);
        Automaton length = most < 0 ? Operations.repeat(CHARACTER, least) : Operations.repeat(CHARACTER, least, most);
        if (schema.has("pattern")) {
            length = Operations.intersection(length, pattern(string(schema.get("pattern"), place + "/pattern")));
        }
        return Operations.concatenate(List.of(QUOTE, length, QUOTE));
    }

    /** What a pattern finds, anywhere unless it says where, in characters that stand for themselves. */
    private static Automaton pattern(String pattern) {
        Automaton any = Operations.repeat(PLAIN);
        Automaton found = Constraint.automaton(pattern);
        Automaton before = pattern.startsWith("^") ? found : Operations.concatenate(any, found);
        Automaton whole = pattern.endsWith("$") ? before : Operations.concatenate(before, any);
        return Operations.intersection(whole, any);
    }

    private static Automaton integer(JsonObject schema, String place) {
        if (!schema.has("minimum") && !schema.has("maximum")) {
            return WHOLE;
        }
        int least = bound(schema, "minimum", -999_999_999, place);
        int most = bound(schema, "maximum", 999_999_999, place);
        if (least > most) {
            throw wrong(place + "/minimum", "be at most the maximum, which is " + most, least);
        }
        List<Automaton> parts = new ArrayList<>();
        if (most >= 0) {
            parts.add(interval(Math.max(0, least), most));
        }
        if (least < 0) {
            parts.add(Operations.concatenate(Automata.makeChar('-'), interval(Math.max(1, -most), -least)));
        }
        return Operations.intersection(Operations.union(parts), WHOLE);
    }

    private static Automaton interval(int least, int most) {
        return Automata.makeDecimalInterval(least, most, 0);
    }

    private static int bound(JsonObject schema, String key, int otherwise, String place) {
        JsonElement value = schema.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.toString().matches("-?\\d{1,9}")) {
            throw wrong(place + "/" + key, "be a whole number of at most 9 digits", value);
        }
        return value.getAsInt();
    }

    private static int count(JsonObject schema, String key, int otherwise, String place) {
        JsonElement value = schema.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.toString().matches("\\d{1,6}")) {
            throw wrong(place + "/" + key, "be a whole number of at most 6 digits", value);
        }
        return value.getAsInt();
    }
}
