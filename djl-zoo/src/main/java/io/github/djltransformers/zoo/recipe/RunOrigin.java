package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Sha256;
import io.github.djltransformers.Text;
import io.github.djltransformers.saved.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a training's folder is of: the recipe, and hashes of its data, kept beside the checkpoints. */
final class RunOrigin {
    private static final String FILE = "origin.json";
    private static final int MAX_BYTES = 1 << 20;

    private final JsonObject json;

    private RunOrigin(JsonObject json) {
        this.json = json;
    }

    /**
     * @param data the folder that the recipe's files are in
     * @param files of it that the result depends on
     */
    static RunOrigin of(Recipe recipe, Path data, List<String> files) throws IOException {
        JsonObject json = RecordJson.write((Record) recipe);
        JsonObject hashes = new JsonObject();
        for (String file : files) {
            hashes.addProperty(file, Sha256.of(data.resolve(file)));
        }
        json.add("sha256", hashes);
        return new RunOrigin(json);
    }

    /**
     * Makes a folder this origin's.
     *
     * @throws IllegalArgumentException if it is another's, naming what differs
     */
    void claim(Path folder) throws IOException, MalformedModelException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            requireSame(folder, JsonText.readObject("RunOrigin", file, MAX_BYTES));
            return;
        }
        ReplacedFile.writeText(
                file, new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
    }

    private void requireSame(Path folder, JsonObject there) {
        Map<String, String> before = flat(there, "", new TreeMap<>());
        Map<String, String> now = flat(json, "", new TreeMap<>());
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(now.keySet());
        keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(Text.format(
                            "RecipeTraining: the folder %s must be of the same recipe and data, got", folder)
                    + " others: "
                    + String.join(
                            ", ",
                            keys.stream()
                                    .map(key -> Text.format("%s was %s and is %s", key, before.get(key), now.get(key)))
                                    .toList())
                    + "; name another folder");
        }
    }

    private static Map<String, String> flat(JsonObject object, String path, Map<String, String> into) {
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String key = path + entry.getKey();
            if (entry.getValue() instanceof JsonObject inner) {
                flat(inner, key + ".", into);
            } else {
                into.put(key, entry.getValue().toString());
            }
        }
        return into;
    }
}
