package io.github.djltransformers;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A file that is there whole or as it was before: written beside its place, brought to the disk, then moved there.
 */
public final class ReplacedFile {
    private ReplacedFile() {}

    /** What the file is filled with. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream need not be closed. */
        void write(OutputStream target) throws IOException;
    }

    /**
     * Writes a file beside the target and moves it there; what is no file, such as a device or a pipe, is written into.
     *
     * @throws IOException if the file cannot be written; what was there stays
     */
    public static void write(Path target, Content content) throws IOException {
        writeAll(Map.of(target, content));
    }

    /** Writes a text in UTF-8, as {@link #write} does. */
    public static void writeText(Path target, String text) throws IOException {
        write(target, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes several files as {@link #write} does, and moves none before all are written.
     *
     * @throws IOException if one cannot be written, naming it; what was there stays
     */
    public static void writeAll(Map<Path, Content> contents) throws IOException {
        Map<Path, Path> written = new LinkedHashMap<>();
        try {
            for (Map.Entry<Path, Content> each : contents.entrySet()) {
                Path target = Files.exists(each.getKey()) ? each.getKey().toRealPath() : each.getKey();
                if (Files.exists(target) && !Files.isRegularFile(target)) {
                    fill(target, each.getValue(), StandardOpenOption.WRITE);
                    continue;
                }
                // Not Files.createTempFile: its owner-only permissions would stay on the finished file.
                Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
                written.put(temporary, target);
                fill(temporary, each.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
            for (Map.Entry<Path, Path> each : written.entrySet()) {
                Files.move(
                        each.getKey(),
                        each.getValue(),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            for (Path temporary : written.keySet()) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** The file is closed once it is on the disk, not when its content is complete. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private static void fill(Path file, Content content, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options);
                OutputStream stream = Channels.newOutputStream(channel)) {
            content.write(new Unclosed(stream));
            if (Files.isRegularFile(file)) {
                channel.force(true);
            }
        } catch (NoSuchFileException e) {
            throw UnreadableFile.of("ReplacedFile", file.toAbsolutePath().getParent(), e);
        } catch (IOException e) {
            throw new IOException(
                    Text.format("ReplacedFile: %s must be writable and its disk have room, got: %s", file, e), e);
        }
    }
}
