package io.github.djltransformers.saved;

import ai.djl.MalformedModelException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import io.github.djltransformers.ReplacedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@link ModelConfig} as JSON: {@code format_version} 2, {@code architecture} ({@code encoder_decoder},
 * {@code encoder_classifier} or {@code decoder_language_model}) and the components of the records in snake case:
 *
 * <pre>{"format_version": 2, "architecture": "encoder_decoder", "transformer": {"embedding": {"size": 256, ...}, ...}}
 * </pre>
 *
 * <p>Keys of settings that most models leave as they are may be absent; no other key may be there, so that a misspelt or newer
 * setting is never passed over. Version 1, which has one layer for both stacks, is read too.
 */
public final class ModelConfigJson {
    private static final int FORMAT_VERSION = 2;
    private static final String VERSION_KEY = "format_version";
    private static final String ARCHITECTURE_KEY = "architecture";
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .setStrictness(Strictness.STRICT)
            .create();
    private static final Map<String, Class<? extends Record>> ARCHITECTURES = Map.of(
            "encoder_decoder", ModelConfig.EncoderDecoder.class,
            "encoder_classifier", ModelConfig.Classifier.class,
            "decoder_language_model", ModelConfig.LanguageModel.class);

    private static final String OWNER = "ModelConfigJson";

    private ModelConfigJson() {}

    /** The configuration as JSON text, ending with a line feed. */
    public static String toJson(ModelConfig config) {
        JsonObject json = new JsonObject();
        json.addProperty(VERSION_KEY, FORMAT_VERSION);
        ARCHITECTURES.forEach((name, type) -> {
            if (type.isInstance(config)) {
                json.addProperty(ARCHITECTURE_KEY, name);
            }
        });
        RecordJson.write((Record) config).asMap().forEach(json::add);
        return GSON.toJson(json) + "\n";
    }

    /**
     * The configuration in JSON text.
     *
     * @param source what errors call the text
     * @throws MalformedModelException if the text is no JSON object, or a key is unknown or missing, listing those allowed,
     *     or a value is of another type or out of its range
     */
    public static ModelConfig fromJson(String text, String source) throws MalformedModelException {
        RecordJson reader = new RecordJson(OWNER, source);
        JsonObject json = reader.parse(text);
        JsonElement version = required(json, VERSION_KEY, reader);
        int number = reader.readInt(version, VERSION_KEY);
        if (number < 1 || number > FORMAT_VERSION) {
            throw reader.wrongType(VERSION_KEY, "1 or " + FORMAT_VERSION + " for this release to read it", version);
        }
        JsonElement architecture = required(json, ARCHITECTURE_KEY, reader);
        Class<? extends Record> type = architecture instanceof JsonPrimitive name && name.isString()
                ? ARCHITECTURES.get(name.getAsString())
                : null;
        if (type == null) {
            throw reader.wrongType(ARCHITECTURE_KEY, "one of " + new TreeSet<>(ARCHITECTURES.keySet()), architecture);
        }
        return number == 1
                ? versionOne(reader, json, type)
                : (ModelConfig) reader.read(json, type, "", Set.of(VERSION_KEY, ARCHITECTURE_KEY));
    }

    private static ModelConfig versionOne(RecordJson reader, JsonObject json, Class<? extends Record> type)
            throws MalformedModelException {
        Set<String> others = Set.of(VERSION_KEY, ARCHITECTURE_KEY);
        try {
            if (type == ModelConfig.EncoderDecoder.class) {
                return reader.read(json, VersionOne.EncoderDecoder.class, "", others)
                        .config();
            } else if (type == ModelConfig.Classifier.class) {
                return reader.read(json, VersionOne.Classifier.class, "", others)
                        .config();
            }
            return reader.read(json, VersionOne.LanguageModel.class, "", others).config();
        } catch (IllegalArgumentException e) {
            throw reader.malformed("the configuration must be valid, got: " + e.getMessage());
        }
    }

    /**
     * Writes a configuration.
     *
     * @param file replaced in one step if it exists
     * @throws IOException if the file cannot be written
     */
    public static void write(ModelConfig config, Path file) throws IOException {
        ReplacedFile.writeText(file, toJson(config));
    }

    /**
     * Reads a configuration.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException as {@link #fromJson}
     */
    public static ModelConfig read(Path file) throws IOException, MalformedModelException {
        return fromJson(new RecordJson(OWNER, file.toString()).text(file), file.toString());
    }

    private static JsonElement required(JsonObject json, String key, RecordJson reader) throws MalformedModelException {
        JsonElement value = json.get(key);
        if (value == null) {
            throw reader.malformed("keys must include " + key + ", got " + new TreeSet<>(json.keySet()));
        }
        return value;
    }
}
