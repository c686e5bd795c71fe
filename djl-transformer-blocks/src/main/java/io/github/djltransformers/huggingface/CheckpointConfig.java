package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.RegularFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The {@code config.json} of a checkpoint. A key that is null counts as absent. What a value may be is checked where it is
 * asked for; numbers of layers and sizes are bounded, so that a wrong file can't ask for much memory.
 */
public final class CheckpointConfig {
    /** The name of the file. */
    public static final String FILE = "config.json";

    /** No model has come near so many layers. */
    private static final int MAX_LAYERS = 512;

    private static final int MAX_SIZE = 1 << 24;
    private static final int MAX_FILE_BYTES = 1 << 24;

    private final JsonObject json;
    private final String source;

    private CheckpointConfig(JsonObject json, String source) {
        this.json = json;
        this.source = source;
    }

    /**
     * Reads the configuration of a checkpoint.
     *
     * @param directory with a {@code config.json}
     * @throws IOException if it cannot be read
     * @throws MalformedModelException if it is no JSON object
     */
    public static CheckpointConfig read(Path directory) throws IOException, MalformedModelException {
        return readFile(directory.resolve(FILE));
    }

    /** Reads a file of the same form under another name. */
    static CheckpointConfig readFile(Path file) throws IOException, MalformedModelException {
        return of(RegularFile.text("CheckpointConfig", file, MAX_FILE_BYTES), file.toString());
    }

    /**
     * Reads a configuration from text.
     *
     * @param source what errors call it
     * @throws MalformedModelException if it is no JSON object
     */
    public static CheckpointConfig of(String text, String source) throws MalformedModelException {
        return new CheckpointConfig(JsonText.parseObject("CheckpointConfig", source, text), source);
    }

    /** The object as it is. */
    public JsonObject json() {
        return json;
    }

    /** {@code model_type}. */
    public String modelType() throws MalformedModelException {
        return text("model_type");
    }

    /**
     * What the checkpoint was trained for, by its first architecture.
     *
     * @throws MalformedModelException if there is none, or it is not a known one
     */
    public Head head() throws MalformedModelException {
        String architecture = architecture();
        if (architecture.equals("ElectraForPreTraining")) {
            return Head.DISCRIMINATOR;
        }
        if (architecture.endsWith(Head.PRETRAINING.suffix())) {
            return Head.PRETRAINING;
        }
        for (Head head : Head.values()) {
            if (head != Head.BASE && architecture.endsWith(head.suffix())) {
                return head;
            }
        }
        if (architecture.equals("GPT2LMHeadModel")) {
            return Head.CAUSAL_LM;
        }
        if (architecture.endsWith("MTModel")) {
            return Head.SEQUENCE_TO_SEQUENCE;
        }
        if (architecture.endsWith(Head.BASE.suffix())) {
            return Head.BASE;
        }
        throw malformed(
                "architectures must begin with a class for a base model, masked or causal language model, sequence or"
                        + " token classification, question answering or conditional generation, got '" + architecture
                        + "'");
    }

    /** The first of {@code architectures}; the base model where there is none. */
    public String architecture() throws MalformedModelException {
        List<String> names = texts("architectures");
        return names.isEmpty() ? "Model" : names.get(0);
    }

    /** The names of classes by number, from {@code id2label}, or as many numbered ones as {@code num_labels}, else two. */
    public List<String> labels() throws MalformedModelException {
        JsonElement labels = value("id2label");
        if (labels == null) {
            int count = integer("num_labels", 2);
            List<String> numbered = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                numbered.add("LABEL_" + i);
            }
            return numbered;
        }
        if (!(labels instanceof JsonObject object)) {
            throw wrong("id2label", "an object of names by number", labels);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < object.size(); i++) {
            JsonElement name = object.get(Integer.toString(i));
            if (!(name instanceof JsonPrimitive)) {
                throw wrong("id2label", "the names of classes 0 to " + (object.size() - 1), labels);
            }
            names.add(name.getAsString());
        }
        if (names.isEmpty()) {
            throw wrong("id2label", "the name of one class at least", labels);
        }
        return names;
    }

    private JsonElement value(String key) {
        JsonElement value = json.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }

    /** Whether a key is there and not null. */
    public boolean has(String key) {
        return value(key) != null;
    }

    private JsonElement required(String key) throws MalformedModelException {
        JsonElement value = value(key);
        if (value == null) {
            throw malformed("key '" + key + "' must be given, got none");
        }
        return value;
    }

    /** A positive number of features, tokens or the like. */
    public int size(String key) throws MalformedModelException {
        return size(key, required(key));
    }

    /** As {@link #size(String)}, or another where the key is absent. */
    public int size(String key, int otherwise) throws MalformedModelException {
        return has(key) ? size(key) : otherwise;
    }

    private int size(String key, JsonElement value) throws MalformedModelException {
        int size = integer(key, value);
        if (size < 1 || size > MAX_SIZE) {
            throw wrong(key, "in [1, " + MAX_SIZE + "]", value);
        }
        return size;
    }

    /** A number of layers. */
    public int layers(String key) throws MalformedModelException {
        int layers = size(key);
        if (layers > MAX_LAYERS) {
            throw wrong(key, "at most " + MAX_LAYERS, value(key));
        }
        return layers;
    }

    /** An integer, or another where the key is absent. */
    public int integer(String key, int otherwise) throws MalformedModelException {
        JsonElement value = value(key);
        return value == null ? otherwise : integer(key, value);
    }

    private int integer(String key, JsonElement value) throws MalformedModelException {
        try {
            return decimal(key, value).intValueExact();
        } catch (ArithmeticException e) {
            throw wrong(key, "an integer", value);
        }
    }

    /** A token's id, or -1 where the key is absent. */
    public int token(String key) throws MalformedModelException {
        int id = integer(key, -1);
        if (id < -1) {
            throw wrong(key, "at least 0", value(key));
        }
        return id;
    }

    /** A number. */
    public double number(String key) throws MalformedModelException {
        return decimal(key, required(key)).doubleValue();
    }

    /** A number, or another where the key is absent. */
    public double number(String key, double otherwise) throws MalformedModelException {
        return has(key) ? number(key) : otherwise;
    }

    private BigDecimal decimal(String key, JsonElement value) throws MalformedModelException {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            try {
                BigDecimal number = primitive.getAsBigDecimal();
                // Expanding 1e999999999 to an integer would take for ever.
                if (Math.abs((long) number.precision() - number.scale()) <= 400) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw wrong(key, "a number", value);
            }
        }
        throw wrong(key, "a number", value);
    }

    /** True or false, or another where the key is absent. */
    public boolean flag(String key, boolean otherwise) throws MalformedModelException {
        JsonElement value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw wrong(key, "true or false", value);
    }

    /** A string. */
    public String text(String key) throws MalformedModelException {
        JsonElement value = required(key);
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrong(key, "a string", value);
    }

    /** A string, or another where the key is absent. */
    public String text(String key, String otherwise) throws MalformedModelException {
        return has(key) ? text(key) : otherwise;
    }

    /** A list of strings, or strings joined by bars; empty where the key is absent. */
    public List<String> texts(String key) throws MalformedModelException {
        JsonElement value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return List.of(primitive.getAsString().toLowerCase(Locale.ROOT).split("\\|"));
        }
        if (!(value instanceof JsonArray array)) {
            throw wrong(key, "a list of strings", value);
        }
        List<String> texts = new ArrayList<>();
        for (JsonElement element : array) {
            if (!(element instanceof JsonPrimitive primitive && primitive.isString())) {
                throw wrong(key, "a list of strings", value);
            }
            texts.add(element.getAsString());
        }
        return texts;
    }

    /** An object as a configuration of its own, or null where the key is absent. */
    public CheckpointConfig object(String key) throws MalformedModelException {
        JsonElement value = value(key);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonObject object) {
            return new CheckpointConfig(object, source + ", " + key);
        }
        throw wrong(key, "an object", value);
    }

    /** The error of a value that breaks a rule. */
    public MalformedModelException wrong(String key, String rule, Object actual) {
        String text = String.valueOf(actual);
        return malformed(
                "'" + key + "' must be " + rule + ", got " + (text.length() > 200 ? text.substring(0, 200) : text));
    }

    /** An error of this file. */
    public MalformedModelException malformed(String message) {
        return new MalformedModelException("CheckpointConfig: in " + source + " " + message);
    }
}
