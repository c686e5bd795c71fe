package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packaged models unpacked to files.
 *
 * <p>A model's directory carries its version and a hash of its content, so that another jar never meets files of this
 * one. Every file is compared with its SHA-256 each time; one that is absent or altered is written again, to a temporary
 * file that is then moved into place, so that processes that load at once cannot disturb each other.
 */
final class ModelCache {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModelCache.class);
    private static final int HASH_DIGITS = 16;

    private final URL index;
    private final Path root;

    /**
     * @param index the index beside which the models stand
     * @param root where the models' directories are made
     */
    ModelCache(URL index, Path root) {
        this.index = index;
        this.root = root;
    }

    /** Where a model is, or will be, unpacked. */
    Path directory(PackagedModel model) {
        String content = model.files().stream()
                .map(file -> file.name() + " " + file.sha256())
                .sorted()
                .collect(Collectors.joining("\n"));
        String hash = Sha256.of(content.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
        return root.resolve(model.description().id())
                .resolve(model.description().version() + "-" + hash);
    }

    /** Whether every file of the model is there as it should be. */
    boolean holds(PackagedModel model) throws IOException {
        for (PackagedFile file : model.files()) {
            if (!isIntact(directory(model).resolve(file.name()), file)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes a model's files be there as they should be.
     *
     * @return their directory
     * @throws IOException if a file cannot be read or written
     * @throws MalformedModelException if what is packaged is not what the index says
     */
    Path unpack(PackagedModel model) throws IOException, MalformedModelException {
        Path directory = directory(model);
        for (PackagedFile file : model.files()) {
            Path target = directory.resolve(file.name());
            if (!isIntact(target, file)) {
                if (Files.exists(target)) {
                    LOGGER.warn("{} was altered; it is unpacked again", target);
                }
                write(model, file, target);
            }
        }
        return directory;
    }

    private static boolean isIntact(Path path, PackagedFile file) throws IOException {
        return Files.isRegularFile(path)
                && Files.size(path) == file.size()
                && Sha256.of(path).equals(file.sha256());
    }

    private void write(PackagedModel model, PackagedFile file, Path target)
            throws IOException, MalformedModelException {
        try {
            Files.createDirectories(target.getParent());
        } catch (IOException e) {
            throw new IOException(
                    "ModelCache: the cache %s must be writable, got: %s; name another by the variable DJL_CACHE_DIR"
                            .formatted(root, e),
                    e);
        }
        Path temporary = target.resolveSibling("." + file.name() + "." + UUID.randomUUID() + ".tmp");
        try {
            String hash;
            try (InputStream packaged = ModelIndex.open(resource(model, file));
                    OutputStream unpacked = Files.newOutputStream(temporary)) {
                hash = Sha256.copy(packaged, unpacked);
            }
            if (!hash.equals(file.sha256())) {
                throw new MalformedModelException(
                        "ModelCache: %s of model %s must have SHA-256 %s, got %s; fetch the jar of %s again"
                                .formatted(file.name(), model, file.sha256(), hash, index));
            }
            move(temporary, target, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path temporary, Path target, PackagedFile file) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AccessDeniedException e) {
            // Windows replaces no file that is open: another process may just be loading the one that it put there.
            if (!isIntact(target, file)) {
                throw e;
            }
        }
    }

    private URL resource(PackagedModel model, PackagedFile file) throws IOException {
        ModelDescription description = model.description();
        return new URL(index, description.id() + "/" + description.version() + "/" + file.name());
    }
}
