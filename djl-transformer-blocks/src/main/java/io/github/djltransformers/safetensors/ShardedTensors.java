package io.github.djltransformers.safetensors;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tensors in several safetensors files of one directory, and an index that says which is in which:
 * {@code {"weight_map": {"name": "model-00001-of-00002.safetensors", ...}}}.
 *
 * <p>The index and the files must agree: every tensor of a file is in the index, under that file.
 */
public final class ShardedTensors implements TensorSource {
    private static final int MAX_INDEX_BYTES = 1 << 26;

    private final Map<String, SafeTensorsFile> files = new LinkedHashMap<>(); // by file name
    private final Map<String, SafeTensorsFile> places = new LinkedHashMap<>(); // by tensor name

    private ShardedTensors() {}

    /**
     * Opens all files of an index.
     *
     * @throws IOException if a file cannot be read, naming it
     * @throws MalformedModelException if the index is no index, names a file outside its directory, or disagrees with the
     *     files
     */
    public static ShardedTensors open(Path index) throws IOException, MalformedModelException {
        Map<String, String> map = read(index);
        ShardedTensors tensors = new ShardedTensors();
        try {
            for (String name : new TreeSet<>(map.values())) {
                tensors.files.put(name, SafeTensorsFile.open(index.resolveSibling(name)));
            }
            tensors.place(index, map);
            return tensors;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            tensors.close();
            throw e;
        }
    }

    private static Map<String, String> read(Path index) throws IOException, MalformedModelException {
        JsonElement map =
                JsonText.readObject("ShardedTensors", index, MAX_INDEX_BYTES).get("weight_map");
        if (!(map instanceof JsonObject object)) {
            throw malformed(Text.format("%s must have an object weight_map, got %s", index, map));
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            boolean text = entry.getValue() instanceof JsonPrimitive value && value.isString();
            String file = text ? entry.getValue().getAsString() : "";
            // A name, and no way out of the directory.
            if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
                throw malformed(Text.format(
                        "in %s the file of '%s' must be a name that ends with .safetensors, got %s",
                        index, entry.getKey(), entry.getValue()));
            }
            files.put(entry.getKey(), file);
        }
        return files;
    }

    private void place(Path index, Map<String, String> map) throws MalformedModelException {
        for (Map.Entry<String, String> entry : map.entrySet()) {
            SafeTensorsFile file = files.get(entry.getValue());
            if (!file.names().contains(entry.getKey())) {
                throw malformed(Text.format(
                        "tensor '%s' must be in %s as %s says, got a file without it",
                        entry.getKey(), entry.getValue(), index));
            }
            places.put(entry.getKey(), file);
        }
        for (Map.Entry<String, SafeTensorsFile> file : files.entrySet()) {
            for (String tensor : file.getValue().names()) {
                if (places.get(tensor) != file.getValue()) {
                    throw malformed(Text.format(
                            "tensor '%s' in %s must be listed there by %s, got %s",
                            tensor, file.getKey(), index, map.get(tensor)));
                }
            }
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    @Override
    public TensorEntry entry(String name) {
        return file(name).entry(name);
    }

    @Override
    public NDArray read(NDManager manager, String name) throws IOException, MalformedModelException {
        return file(name).read(manager, name);
    }

    private SafeTensorsFile file(String name) {
        SafeTensorsFile file = places.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    Text.format("ShardedTensors: name must be one of the %d tensors, got '%s'", places.size(), name));
        }
        return file;
    }

    private static MalformedModelException malformed(String message) {
        return new MalformedModelException("ShardedTensors: " + message);
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (SafeTensorsFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
