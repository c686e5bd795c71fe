package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The models that stand beside an {@code index.json}, each in the directory {@code id/version}.
 *
 * @param formatVersion 2; 1 is read, which knew translation models alone
 * @param models the models, in the order in which they are preferred
 */
record ModelIndex(int formatVersion, List<PackagedModel> models) {
    private static final int FORMAT_VERSION = 2;
    private static final Gson GSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setPrettyPrinting()
            .create();

    ModelIndex {
        if (formatVersion != FORMAT_VERSION) {
            throw new IllegalArgumentException("ModelIndex: format_version must be " + FORMAT_VERSION
                    + " for this release to read it, got " + formatVersion);
        }
        if (models == null) {
            throw new IllegalArgumentException("ModelIndex: models must be given, got none");
        }
        models = List.copyOf(models);
    }

    static ModelIndex of(List<PackagedModel> models) {
        return new ModelIndex(FORMAT_VERSION, models);
    }

    static ModelIndex read(URL index) throws IOException, MalformedModelException {
        try (InputStream stream = open(index)) {
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), index.toString());
        }
    }

    static ModelIndex parse(String json, String source) throws MalformedModelException {
        return record(upgraded(parsed(json, ModelIndex.class, source)), ModelIndex.class, source);
    }

    /** Version 1 had the two languages beside the other keys. */
    private static JsonObject upgraded(JsonObject index) {
        if (!(index.get("format_version") instanceof JsonPrimitive version
                        && version.getAsString().equals("1"))
                || !(index.get("models") instanceof JsonArray models)) {
            return index;
        }
        for (JsonElement model : models) {
            if (model instanceof JsonObject entry && entry.get("description") instanceof JsonObject description) {
                JsonObject properties = new JsonObject();
                for (String language : Task.TRANSLATION.properties()) {
                    properties.add(language, description.remove(language));
                }
                description.add("properties", properties);
            }
        }
        index.addProperty("format_version", FORMAT_VERSION);
        return index;
    }

    /** A record in the form that an index has. */
    static <R extends Record> R parse(String json, Class<R> type, String source) throws MalformedModelException {
        return record(parsed(json, type, source), type, source);
    }

    private static JsonObject parsed(String json, Class<?> type, String source) throws MalformedModelException {
        return JsonText.parseObject(type.getSimpleName(), source, json);
    }

    private static <R extends Record> R record(JsonObject json, Class<R> type, String source)
            throws MalformedModelException {
        try {
            return GSON.fromJson(json, type);
        } catch (JsonParseException e) {
            throw malformed(type, source, e);
        } catch (RuntimeException e) {
            // Gson wraps what a record's constructor throws.
            throw malformed(type, source, e.getCause() == null ? e : e.getCause());
        }
    }

    private static MalformedModelException malformed(Class<?> type, String source, Throwable cause) {
        return new MalformedModelException(
                type.getSimpleName() + ": " + source + " must be valid, got: " + cause.getMessage(), cause);
    }

    String toJson() {
        return GSON.toJson(this) + "\n";
    }

    /** Opens a resource as it is now: the jar cache of the platform would serve a replaced jar's old content. */
    static InputStream open(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        connection.setUseCaches(false);
        return connection.getInputStream();
    }
}
