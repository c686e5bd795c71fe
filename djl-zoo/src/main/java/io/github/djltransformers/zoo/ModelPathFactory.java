package io.github.djltransformers.zoo;

import ai.djl.repository.LocalRepository;
import ai.djl.repository.Metadata;
import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import ai.djl.repository.SimpleRepository;
import ai.djl.util.JsonUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.djltransformers.huggingface.CheckpointConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Opens what {@code optModelPath} and URLs of files name: a checkpoint of Hugging Face with what loads it, and everything else
 * as DJL's own factory does, whose place this takes.
 *
 * <p>A checkpoint is a directory with a {@code config.json} that has a {@code model_type}, weights beside it, and no
 * {@code serving.properties}, which would say how to load it otherwise.
 */
public final class ModelPathFactory implements RepositoryFactory {
    /** Those of pickles are refused when they are loaded, with the reason. */
    private static final List<String> WEIGHTS = List.of(
            "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json");

    /** DJL makes the factory as a service. */
    public ModelPathFactory() {}

    @Override
    public Set<String> getSupportedScheme() {
        return Set.of("file");
    }

    @Override
    public Repository newInstance(String name, URI uri) {
        Path path = path(uri);
        if (isCheckpoint(path)) {
            return new CheckpointRepository(name, uri, path);
        }
        // Their constructors are for subclasses alone.
        return holdsMetadata(path)
                ? new LocalRepository(name, path.toUri(), path) {}
                : new SimpleRepository(name, uri, path) {};
    }

    private static Path path(URI uri) {
        String text = uri.getPath() == null ? uri.getSchemeSpecificPart() : uri.getPath();
        // As in /C:/models on Windows.
        return Path.of(text.matches("/[A-Za-z]:.*") ? text.substring(1) : text);
    }

    /** Whether a directory holds a checkpoint of Hugging Face. */
    public static boolean isCheckpoint(Path directory) {
        if (Files.exists(directory.resolve("serving.properties"))
                || WEIGHTS.stream().noneMatch(name -> Files.exists(directory.resolve(name)))) {
            return false;
        }
        try (Reader reader = Files.newBufferedReader(directory.resolve(CheckpointConfig.FILE))) {
            JsonObject config = JsonUtils.GSON.fromJson(reader, JsonObject.class);
            return config != null && config.has("model_type");
        } catch (IOException | JsonParseException e) {
            return false;
        }
    }

    /** Whether a folder below is one that DJL's index describes. */
    private static boolean holdsMetadata(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().equals("metadata.json")
                    && Files.isRegularFile(file)
                    && !directory.equals(file.getParent())
                    && describes(file));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static boolean describes(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            Metadata metadata = JsonUtils.GSON.fromJson(reader, Metadata.class);
            return metadata.getMetadataVersion() != null && metadata.getArtifacts() != null;
        } catch (IOException | JsonParseException e) {
            return false;
        }
    }
}
