package io.github.djltransformers;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;

/**
 * Reads JSON (RFC 8259) that a stranger may have written. Refused beyond what the format's grammar refuses: a byte order
 * mark, a key that comes twice in an object, half of a surrogate pair, a number that no double holds, and more than
 * {@value #MAX_DEPTH} levels.
 */
public final class JsonText {
    static final int MAX_DEPTH = 100;

    /** A whole number of so many characters is a long. */
    private static final int SHORT_WHOLE = 18;
    /** As a double, another keeps all that a reader of doubles sees. */
    private static final int SHORT_REAL = 32;

    private final String owner;
    private final String source;
    private final JsonReader json;

    private JsonText(String owner, String source, String text) {
        this.owner = owner;
        this.source = source;
        json = new JsonReader(new StringReader(text));
        json.setStrictness(Strictness.STRICT);
    }

    /**
     * Reads an object from a file.
     *
     * @param owner the type that errors name
     * @param limit how many bytes the file may have
     * @throws IOException if the file cannot be read, naming the owner, the file and the reason
     * @throws MalformedModelException if the file is too large, or its text is no object
     */
    public static JsonObject readObject(String owner, Path file, int limit)
            throws IOException, MalformedModelException {
        return parseObject(owner, file.toString(), RegularFile.text(owner, file, limit));
    }

    /**
     * Reads an object from text.
     *
     * @param owner the type that errors name
     * @param source what errors call the text
     * @throws MalformedModelException if the text is no object, naming line, column and path of what is wrong
     */
    public static JsonObject parseObject(String owner, String source, String text) throws MalformedModelException {
        if (parse(owner, source, text) instanceof JsonObject object) {
            return object;
        }
        throw new MalformedModelException(
                Text.format("%s: %s must hold a JSON object, got another value", owner, source));
    }

    /**
     * Reads any value from text.
     *
     * @param owner the type that errors name
     * @param source what errors call the text
     * @throws MalformedModelException if the text is no JSON, naming line, column and path of what is wrong
     */
    public static JsonElement parse(String owner, String source, String text) throws MalformedModelException {
        return new JsonText(owner, source, text).parse(text);
    }

    private JsonElement parse(String text) throws MalformedModelException {
        if (text.startsWith("\uFEFF")) {
            throw malformed("a byte order mark before it");
        }
        try {
            JsonElement element = element(0);
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new AssertionError("the strict reader refuses more than one value");
            }
            return element;
        } catch (EOFException e) {
            throw malformed("a text that ends too early");
        } catch (MalformedJsonException | NumberFormatException | IllegalStateException e) {
            throw malformed("something else");
        } catch (IOException e) {
            throw new AssertionError("a string is read without failing", e);
        }
    }

    private JsonElement element(int depth) throws IOException, MalformedModelException {
        if (depth > MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels");
        }
        return switch (json.peek()) {
            case BEGIN_OBJECT -> object(depth);
            case BEGIN_ARRAY -> array(depth);
            case STRING -> new JsonPrimitive(whole(json.nextString()));
            case NUMBER -> number(json.nextString());
            case BOOLEAN -> new JsonPrimitive(json.nextBoolean());
            case NULL -> {
                json.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> throw malformed("something else");
        };
    }

    private JsonObject object(int depth) throws IOException, MalformedModelException {
        JsonObject object = new JsonObject();
        json.beginObject();
        while (json.hasNext()) {
            String key = whole(json.nextName());
            if (object.has(key)) {
                throw malformed("the key '" + key + "' twice");
            }
            object.add(key, element(depth + 1));
        }
        json.endObject();
        return object;
    }

    private JsonArray array(int depth) throws IOException, MalformedModelException {
        JsonArray array = new JsonArray();
        json.beginArray();
        while (json.hasNext()) {
            array.add(element(depth + 1));
        }
        json.endArray();
        return array;
    }

    /** Vocabularies have hundreds of thousands of numbers, for each of which a reader of its own would take kilobytes. */
    private JsonPrimitive number(String text) throws MalformedModelException {
        boolean whole = true;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            whole &= each == '-' || each >= '0' && each <= '9';
        }
        if (whole && text.length() <= SHORT_WHOLE && !text.equals("-0")) {
            return new JsonPrimitive(Long.valueOf(text));
        }
        if (!whole && text.length() <= SHORT_REAL) {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return new JsonPrimitive(value);
            }
        }
        JsonPrimitive number = JsonParser.parseString(text).getAsJsonPrimitive();
        try {
            if (Double.isFinite(number.getAsBigDecimal().doubleValue())) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Longer, or of another size, than any number is: said below.
        }
        throw malformed("a number that no double holds");
    }

    private String whole(String text) throws MalformedModelException {
        if (!isWhole(text)) {
            throw malformed("half of a surrogate pair");
        }
        return text;
    }

    /** Whether a text has no half of a surrogate pair alone, which no UTF-8 holds. */
    public static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private MalformedModelException malformed(String found) {
        return new MalformedModelException(
                Text.format("%s: %s must be JSON, got %s %s", owner, source, found, place(json)));
    }

    /** Where a reader stands, such as {@code at line 1 column 8 path $.a}. */
    public static String place(JsonReader reader) {
        String described = reader.toString();
        return described.substring(described.indexOf(" at line") + 1);
    }
}
