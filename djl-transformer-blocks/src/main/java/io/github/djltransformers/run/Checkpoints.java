package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.djltransformers.model.ModelWeights;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: one folder a step with {@code model.safetensors}, {@code optimizer.safetensors} and
 * {@code state.json}. A folder is written under another name and moved when whole, so that one that is there can be used.
 */
final class Checkpoints {
    private static final String PREFIX = "step-";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .setPrettyPrinting()
            .create();

    private final Path folder;

    Checkpoints(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** The folders of complete checkpoints, oldest first. */
    List<Path> all() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d+"))
                    .sorted()
                    .toList();
        }
    }

    Optional<Path> latest() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    void save(RunState state, Block block, Map<String, NDArray> optimizer) throws IOException {
        Path target = folder.resolve(String.format("%s%08d", PREFIX, state.step()));
        Path temporary = folder.resolve("writing");
        AtomicFiles.deleteFolder(temporary);
        Files.createDirectories(temporary);
        ModelWeights.save(block, temporary.resolve(MODEL));
        SafeTensorsWriter.write(temporary.resolve(OPTIMIZER), optimizer, Map.of());
        Files.writeString(temporary.resolve(STATE), GSON.toJson(state));
        AtomicFiles.deleteFolder(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes all but the last checkpoints. */
    void prune(int keep) throws IOException {
        List<Path> all = all();
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            AtomicFiles.deleteFolder(old);
        }
    }

    static RunState state(Path checkpoint) throws IOException, MalformedModelException {
        try {
            return GSON.fromJson(Files.readString(checkpoint.resolve(STATE)), RunState.class);
        } catch (JsonParseException e) {
            throw new MalformedModelException(
                    "Checkpoints: " + checkpoint.resolve(STATE) + " must be JSON, got " + e.getMessage(), e);
        }
    }

    static Path weights(Path checkpoint) {
        return checkpoint.resolve(MODEL);
    }

    /** The optimiser's state; the arrays belong to the manager. */
    static Map<String, NDArray> optimizer(Path checkpoint, NDManager manager)
            throws IOException, MalformedModelException {
        Map<String, NDArray> state = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(checkpoint.resolve(OPTIMIZER))) {
            for (String name : file.names()) {
                state.put(name, file.read(manager, name));
            }
        }
        return state;
    }
}
