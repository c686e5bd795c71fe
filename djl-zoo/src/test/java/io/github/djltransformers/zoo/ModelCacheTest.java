package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import io.github.djltransformers.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
    private static final byte[] CONTENT = {1, 2, 3};
    /** From sha256sum. */
    private static final String HASH = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";

    @TempDir
    Path temporary;

    @Test
    void filesAreUnpackedAndAlteredOnesRepaired() throws IOException, MalformedModelException {
        PackagedModel model = model("1.0.0", CONTENT);
        ModelCache cache = cache("cache");
        assertFalse(cache.holds(model));
        Path directory = cache.unpack(model);
        Path file = directory.resolve("weights");
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        assertTrue(cache.holds(model));
        for (byte[] altered : List.of(new byte[] {1, 2, 4}, new byte[] {1, 2}, new byte[0])) {
            Files.write(file, altered);
            assertFalse(cache.holds(model));
            assertEquals(directory, cache.unpack(model));
            assertArrayEquals(CONTENT, Files.readAllBytes(file));
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void sameVersionWithOtherContentGetsADirectoryOfItsOwn() throws IOException, MalformedModelException {
        PackagedModel before = model("1.0.0", CONTENT);
        Path old = cache("cache").unpack(before);
        PackagedModel after = model("1.0.0", new byte[] {9});
        Path upgraded = cache("cache").unpack(after);
        assertNotEquals(old, upgraded);
        assertArrayEquals(new byte[] {9}, Files.readAllBytes(upgraded.resolve("weights")));
        assertArrayEquals(CONTENT, Files.readAllBytes(old.resolve("weights")));
    }

    @Test
    void packagedFileOfAnotherHashIsRefused() throws IOException, MalformedModelException {
        PackagedModel model = model("1.0.0", CONTENT);
        Files.write(temporary.resolve("models/en-de/1.0.0/weights"), new byte[] {1, 2, 4});
        ModelCache cache = cache("cache");
        String message = assertThrows(MalformedModelException.class, () -> cache.unpack(model))
                .getMessage();
        assertTrue(
                message.startsWith("ModelCache: weights of model en-de 1.0.0 must have 3 bytes of SHA-256 " + HASH
                        + ", got 3 of "),
                message);
        assertTrue(message.endsWith("index.json again"), message);
        try (Stream<Path> files = Files.list(cache.directory(model))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void packagedFileOfAnotherSizeIsRefused() throws IOException, MalformedModelException {
        PackagedModel model = model("1.0.0", CONTENT);
        ModelCache cache = cache("cache");
        Files.write(temporary.resolve("models/en-de/1.0.0/weights"), new byte[1 << 20]);
        assertTrue(refusal(cache, model).contains(HASH + ", got more; fetch"), () -> refusal(cache, model));
        Files.write(temporary.resolve("models/en-de/1.0.0/weights"), CONTENT);
        for (int wrong : new int[] {2, 4}) {
            PackagedModel misjudged = new PackagedModel(
                    TinyModel.description("1.0.0"), List.of(new PackagedFile("weights", wrong, Sha256.of(CONTENT))));
            String refusal = refusal(cache, misjudged);
            assertTrue(refusal.contains("must have " + wrong + " bytes of SHA-256 " + HASH), refusal);
        }
    }

    private static String refusal(ModelCache cache, PackagedModel model) {
        return assertThrows(MalformedModelException.class, () -> cache.unpack(model))
                .getMessage();
    }

    @Test
    void whatAKilledProcessLeftIsSweptUnlessItIsBeingWritten() throws IOException, MalformedModelException {
        PackagedModel model = model("1.0.0", CONTENT);
        ModelCache cache = cache("cache");
        Path directory = cache.unpack(model);
        FileTime old = FileTime.from(Instant.now().minusSeconds(600));
        Path left = Files.write(directory.resolve(".weights.1.tmp"), CONTENT);
        Path written = Files.write(directory.resolve(".weights.2.tmp"), CONTENT);
        Path begun = Files.write(directory.resolve(".weights.3.tmp"), CONTENT);
        Files.setLastModifiedTime(left, old);
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Files.setLastModifiedTime(written, old);
            cache.unpack(model);
            assertTrue(lock.isValid());
        }
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(written));
        assertTrue(Files.exists(begun));
    }

    @Test
    void loadersAtOnceAllFindTheFiles()
            throws IOException, MalformedModelException, InterruptedException, ExecutionException {
        byte[] content = new byte[1 << 20];
        PackagedModel model = model("1.0.0", content);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Path>> loads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                loads.add(() -> cache("cache").unpack(model));
            }
            for (Future<Path> load : threads.invokeAll(loads)) {
                assertArrayEquals(content, Files.readAllBytes(load.get().resolve("weights")));
            }
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> files = Files.list(cache("cache").directory(model))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void cacheThatCannotBeMadeIsNamedWithItsRemedy() throws IOException, MalformedModelException {
        PackagedModel model = model("1.0.0", CONTENT);
        Path root = temporary.resolve("taken");
        Files.writeString(root, "a file");
        ModelCache cache = cache("taken");
        String message =
                assertThrows(IOException.class, () -> cache.unpack(model)).getMessage();
        assertTrue(
                message.startsWith("ModelCache: the cache " + root + " must be writable and have room, got: "),
                message);
        assertTrue(message.endsWith("; name another by the variable DJL_CACHE_DIR"), message);
    }

    private ModelCache cache(String name) throws IOException {
        return new ModelCache(temporary.resolve("models/index.json").toUri().toURL(), temporary.resolve(name));
    }

    private PackagedModel model(String version, byte[] content) throws IOException {
        Path file = temporary.resolve("models/en-de").resolve(version).resolve("weights");
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return new PackagedModel(
                TinyModel.description(version),
                List.of(new PackagedFile("weights", content.length, Sha256.of(content))));
    }
}
