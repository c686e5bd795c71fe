package io.github.djltransformers.saved;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Records of int, long, float, double, boolean, string, enum, record and record list components as JSON objects with one key
 * a component, in snake case. A component of type {@link JsonObject} is any object. Enum constants are lower-case strings. A record that is null has no key; all others must.
 */
public final class RecordJson {
    private static final int MAX_BYTES = 1 << 24;

    private static final Pattern CAMEL_CASE = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z0-9]*)+\\b");

    private final String owner;
    private final String source;

    /**
     * @param owner the type that errors name
     * @param source what errors call the text, such as its file
     */
    public RecordJson(String owner, String source) {
        this.owner = owner;
        this.source = source;
    }

    /**
     * Reads a record from a UTF-8 file.
     *
     * @param owner the type that errors name
     * @throws IOException if the file can't be read, naming the owner, the file and the reason
     * @throws MalformedModelException if the text is no JSON object, or a key is unknown or missing, listing those allowed,
     *     or a value is of another type or out of its range
     */
    public static <R extends Record> R readFile(String owner, Path file, Class<R> type)
            throws IOException, MalformedModelException {
        RecordJson reader = new RecordJson(owner, file.toString());
        return reader.read(reader.parse(reader.text(file)), type, "", Set.of());
    }

    String text(Path file) throws IOException, MalformedModelException {
        return RegularFile.text(owner, file, MAX_BYTES);
    }

    JsonObject parse(String text) throws MalformedModelException {
        return JsonText.parseObject(owner, source, text);
    }

    /** The record as an object. */
    public static JsonObject write(Record value) {
        JsonObject json = new JsonObject();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object held = valueOf(value, component);
            if (held != null && !held.equals(defaults(value.getClass()).get(component.getName()))) {
                json.add(key(component), writeValue(held));
            }
        }
        return json;
    }

    private static JsonElement writeValue(Object value) {
        if (value instanceof Record inner) {
            return write(inner);
        } else if (value instanceof JsonObject object) {
            return object.deepCopy();
        } else if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(element -> array.add(writeValue(element)));
            return array;
        } else if (value instanceof Enum<?> constant) {
            return new JsonPrimitive(lower(constant));
        } else if (value instanceof Boolean truth) {
            return new JsonPrimitive(truth);
        } else if (value instanceof String text) {
            return new JsonPrimitive(text);
        }
        return new JsonPrimitive((Number) value);
    }

    /**
     * Reads a record.
     *
     * @param path where the object stands, empty at the top, else ending with a dot
     * @param extra keys that stand beside those of the record and are read elsewhere
     */
    <R extends Record> R read(JsonObject json, Class<R> type, String path, Set<String> extra)
            throws MalformedModelException {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> allowed = new TreeSet<>(extra);
        Arrays.stream(components).map(RecordJson::key).forEach(allowed::add);
        for (String key : json.keySet()) {
            if (!allowed.contains(key)) {
                throw malformed("keys must be among " + allowed + ", got unknown '" + path + key + "'");
            }
        }
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = key(components[i]);
            JsonElement value = json.get(key);
            Object otherwise = defaults(type).get(components[i].getName());
            if (value == null && otherwise != null) {
                arguments[i] = otherwise;
            } else if (value != null) {
                arguments[i] = readValue(value, components[i].getGenericType(), path + key);
            } else if (!components[i].getType().isRecord()) {
                throw malformed("keys must be " + allowed + ", got none '" + path + key + "'");
            }
        }
        return construct(type, components, arguments, path);
    }

    private Object readValue(JsonElement value, Type declared, String where) throws MalformedModelException {
        if (declared instanceof ParameterizedType list) {
            return readList(value, list.getActualTypeArguments()[0], where);
        }
        Class<?> type = (Class<?>) declared;
        if (type == int.class) {
            return readInt(value, where);
        } else if (type == long.class) {
            return readLong(value, where);
        } else if (type == float.class) {
            float number = number(value, where, "a number").floatValue();
            if (Float.isInfinite(number)) {
                throw wrongType(where, "a number that FLOAT32 holds", value);
            }
            return number;
        } else if (type == double.class) {
            return number(value, where, "a number").doubleValue();
        } else if (type == String.class) {
            if (value instanceof JsonPrimitive primitive && primitive.isString()) {
                return primitive.getAsString();
            }
            throw wrongType(where, "a string", value);
        } else if (type == boolean.class) {
            if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
                return primitive.getAsBoolean();
            }
            throw wrongType(where, "true or false", value);
        } else if (type.isEnum()) {
            return readEnum(value, type, where);
        } else if (value instanceof JsonObject object) {
            return type == JsonObject.class
                    ? object
                    : read(object, type.asSubclass(Record.class), where + ".", Set.of());
        }
        throw wrongType(where, "an object", value);
    }

    private List<Object> readList(JsonElement value, Type element, String where) throws MalformedModelException {
        if (!(value instanceof JsonArray array)) {
            throw wrongType(where, "an array", value);
        }
        List<Object> list = new ArrayList<>();
        for (JsonElement member : array) {
            list.add(readValue(member, element, where + "[" + list.size() + "]"));
        }
        return list;
    }

    int readInt(JsonElement value, String where) throws MalformedModelException {
        try {
            return number(value, where, "an integer").intValueExact();
        } catch (ArithmeticException e) {
            throw wrongType(where, "an integer", value);
        }
    }

    private long readLong(JsonElement value, String where) throws MalformedModelException {
        try {
            return number(value, where, "an integer").longValueExact();
        } catch (ArithmeticException e) {
            throw wrongType(where, "an integer", value);
        }
    }

    private BigDecimal number(JsonElement value, String where, String rule) throws MalformedModelException {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            return primitive.getAsBigDecimal();
        }
        throw wrongType(where, rule, value);
    }

    private Object readEnum(JsonElement value, Class<?> type, String where) throws MalformedModelException {
        Set<String> names = new TreeSet<>();
        for (Object constant : type.getEnumConstants()) {
            String name = lower((Enum<?>) constant);
            if (value.equals(new JsonPrimitive(name))) {
                return constant;
            }
            names.add(name);
        }
        throw wrongType(where, "one of " + names, value);
    }

    private <R extends Record> R construct(Class<R> type, RecordComponent[] components, Object[] arguments, String path)
            throws MalformedModelException {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            String place = path.isEmpty() ? "the configuration" : path.substring(0, path.length() - 1);
            throw new MalformedModelException(
                    Text.format(
                            "%s: in %s %s must be valid, got: %s",
                            owner, source, place, inKeys(e.getCause().getMessage())),
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record must have a canonical constructor", e);
        }
    }

    /** A record's error in the words of the file: without the record's name, and with keys for its components. */
    private static String inKeys(String message) {
        String bare = String.valueOf(message).replaceFirst("^\\w+: ", "");
        return CAMEL_CASE.matcher(bare).replaceAll(word -> snake(word.group()));
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    MalformedModelException wrongType(String where, String rule, JsonElement value) {
        return malformed(where + " must be " + rule + ", got " + value);
    }

    MalformedModelException malformed(String message) {
        return new MalformedModelException(owner + ": in " + source + " " + message);
    }

    private static Object valueOf(Record value, RecordComponent component) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true); // the record's class may be known to its package alone
            return accessor.invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record must have accessors", e);
        }
    }

    /** What a record's static map {@code DEFAULTS} gives components whose keys may be absent, by name. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> defaults(Class<?> type) {
        try {
            Field field = type.getDeclaredField("DEFAULTS");
            field.setAccessible(true);
            return (Map<String, Object>) field.get(null);
        } catch (NoSuchFieldException e) {
            return Map.of();
        } catch (IllegalAccessException e) {
            throw new LinkageError("the field was made accessible", e);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String key(RecordComponent component) {
        return snake(component.getName());
    }
}
