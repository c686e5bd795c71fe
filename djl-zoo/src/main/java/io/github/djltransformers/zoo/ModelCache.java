package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import io.github.djltransformers.Sha256;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
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
    private static final String TEMPORARY = ".tmp";
    private static final Duration NEW = Duration.ofMinutes(1);

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
        sweep(directory);
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
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
        try (InputStream packaged = ModelIndex.open(resource(model, file))) {
            Sha256.Copied copied = copy(packaged, temporary, file.size());
            if (copied.size() != file.size() || !copied.hash().equals(file.sha256())) {
                throw new MalformedModelException(Text.format(
                        "ModelCache: %s of model %s must have %d bytes of SHA-256 %s, got %s; fetch the jar of %s again",
                        file.name(),
                        model,
                        file.size(),
                        file.sha256(),
                        copied.size() > file.size() ? "more" : copied.size() + " of " + copied.hash(),
                        index));
            }
            move(temporary, target, file);
        } finally {
            if (Files.exists(temporary)) {
                Files.delete(temporary);
            }
        }
    }

    /** Copies into a new file that is locked meanwhile. */
    private Sha256.Copied copy(InputStream packaged, Path temporary, long size) throws IOException {
        try {
            Files.createDirectories(temporary.getParent());
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.lock(); // until it is closed
                return Sha256.copy(packaged, Channels.newOutputStream(channel), size);
            }
        } catch (IOException e) {
            throw new IOException(
                    Text.format(
                            "ModelCache: the cache %s must be writable and have room, got: %s; name another by the variable DJL_CACHE_DIR",
                            root, e),
                    e);
        }
    }

    /**
     * Deletes what was left by processes that were killed while they unpacked. One that is still unpacking holds a lock on
     * its file, but for the instant before it does, which is why new files are left alone.
     */
    private static void sweep(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, ".*" + TEMPORARY)) {
            for (Path file : left) {
                if (Files.getLastModifiedTime(file)
                        .toInstant()
                        .isBefore(Instant.now().minus(NEW))) {
                    deleteUnlocked(file);
                }
            }
        } catch (IOException e) {
            LOGGER.debug("{} cannot be swept", directory, e);
        }
    }

    private static void deleteUnlocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.delete(file);
            }
        } catch (OverlappingFileLockException e) {
            LOGGER.debug("{} is being written", file, e);
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
