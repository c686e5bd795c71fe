package io.github.djltransformers.text.checkpoint;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.format.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a JSON object in a file; where it says nothing, or null, the default holds.
 *
 * @param source what errors call it
 * @param json the object
 */
record JsonFields(String source, JsonObject json) {
    private static final int MAX_BYTES = 1 << 26;

    /** Reads a file; one that is not there has no fields. */
    static JsonFields read(Path file) throws IOException, MalformedModelException {
        return new JsonFields(
                file.toString(),
                Files.notExists(file) ? new JsonObject() : JsonText.readObject("TextTokenizer", file, MAX_BYTES));
    }

    /** Reads a vocabulary, which may be large. */
    static JsonFields readLarge(Path file) throws IOException, MalformedModelException {
        return new JsonFields(file.toString(), TokenizerFile.read(file));
    }

    boolean has(String key) {
        return !(get(key) instanceof JsonNull);
    }

    private JsonElement get(String key) {
        return json.has(key) ? json.get(key) : JsonNull.INSTANCE;
    }

    String text(String key, String otherwise) throws MalformedModelException {
        return has(key) ? text(key, get(key)) : otherwise;
    }

    private String text(String key, JsonElement value) throws MalformedModelException {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw malformed(key, "be a text", value);
    }

    boolean flag(String key, boolean otherwise) throws MalformedModelException {
        Boolean flag = flag(key);
        return flag == null ? otherwise : flag;
    }

    /** Null where nothing is said. */
    Boolean flag(String key) throws MalformedModelException {
        if (!has(key)) {
            return null;
        }
        if (get(key) instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw malformed(key, "be true or false", get(key));
    }

    int whole(String key, int otherwise) throws MalformedModelException {
        return has(key) ? id(key, get(key)) : otherwise;
    }

    /** A whole number from 0. */
    int id(String key, JsonElement value) throws MalformedModelException {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            double number = primitive.getAsDouble();
            if (number == Math.rint(number) && number >= 0 && number < Integer.MAX_VALUE) {
                return (int) number;
            }
        }
        throw malformed(key, "be a whole number from 0 to 2^31 - 2", value);
    }

    double real(String key, double otherwise) throws MalformedModelException {
        if (!has(key)) {
            return otherwise;
        }
        if (get(key) instanceof JsonPrimitive primitive && primitive.isNumber()) {
            return primitive.getAsDouble();
        }
        throw malformed(key, "be a number", get(key));
    }

    JsonFields object(String key) throws MalformedModelException {
        return object(key, has(key) ? get(key) : new JsonObject());
    }

    JsonFields object(String key, JsonElement value) throws MalformedModelException {
        if (value instanceof JsonObject object) {
            return new JsonFields(source + " " + key, object);
        }
        throw malformed(key, "be an object", value);
    }

    List<JsonElement> array(String key) throws MalformedModelException {
        if (!has(key)) {
            return List.of();
        }
        if (get(key) instanceof JsonArray array) {
            return array.asList();
        }
        throw malformed(key, "be an array", get(key));
    }

    /** The texts of an array. */
    List<String> texts(String key) throws MalformedModelException {
        List<String> texts = new ArrayList<>();
        for (JsonElement each : array(key)) {
            texts.add(text(key, each));
        }
        return texts;
    }

    /** A token that is an object, or a text with the flags of {@code plain}. */
    AddedToken token(String key, JsonElement value, AddedToken plain) throws MalformedModelException {
        AddedToken token;
        if (value instanceof JsonObject) {
            JsonFields fields = object(key, value);
            token = new AddedToken(
                    fields.text("content", ""),
                    fields.flag("single_word", false),
                    fields.flag("lstrip", false),
                    fields.flag("rstrip", false),
                    fields.flag("normalized", false),
                    fields.flag("special", plain.special()));
        } else {
            token = new AddedToken(
                    text(key, value),
                    plain.singleWord(),
                    plain.lstrip(),
                    plain.rstrip(),
                    plain.normalized(),
                    plain.special());
        }
        if (token.content().isEmpty()) {
            throw malformed(key, "spell a token", value);
        }
        return token;
    }

    MalformedModelException malformed(String key, String rule, JsonElement actual) {
        String shown = String.valueOf(actual);
        return malformed(Text.format(
                "%s must %s, got %s", key, rule, shown.length() > 80 ? shown.substring(0, 80) + "..." : shown));
    }

    MalformedModelException malformed(String fault) {
        return new MalformedModelException(Text.format("TextTokenizer: in %s %s", source, fault));
    }
}
