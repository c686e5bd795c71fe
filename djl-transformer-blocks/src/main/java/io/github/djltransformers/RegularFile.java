package io.github.djltransformers;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads files that a stranger may have made. What is no file, such as a pipe that nobody writes into or a device without
 * an end, is refused before it is opened.
 */
public final class RegularFile {
    private RegularFile() {}

    /**
     * Checks that a path is a file, or a link to one.
     *
     * @param owner the type that errors name
     * @throws IOException if it is not, naming the owner, the path and what it is
     */
    public static void require(String owner, Path file) throws IOException {
        if (Files.notExists(file)) {
            throw UnreadableFile.of(owner, file, new NoSuchFileException(file.toString()));
        }
        if (!Files.isRegularFile(file)) {
            throw UnreadableFile.of(owner, file, new IOException("it is a pipe, a device or a socket"));
        }
    }

    /**
     * Reads a whole file of bounded size.
     *
     * @param owner the type that errors name
     * @param limit how many bytes the file may have
     * @throws IOException if the file cannot be read, naming the owner, the file and the reason
     * @throws MalformedModelException if the file is larger
     */
    public static byte[] bytes(String owner, Path file, int limit) throws IOException, MalformedModelException {
        require(owner, file);
        try (InputStream stream = Files.newInputStream(file)) {
            long size = Files.size(file);
            byte[] bytes = size > limit ? new byte[0] : stream.readNBytes(limit);
            if (size > limit || stream.read() >= 0) {
                throw new MalformedModelException(
                        Text.format("%s: %s must have at most %d bytes, got %d", owner, file, limit, size));
            }
            return bytes;
        } catch (IOException e) {
            throw UnreadableFile.of(owner, file, e);
        }
    }

    /**
     * Reads a whole UTF-8 file of bounded size.
     *
     * @throws IOException as {@link #bytes}
     * @throws MalformedModelException as {@link #bytes}, and if the bytes are not UTF-8, naming the first that is not
     */
    public static String text(String owner, Path file, int limit) throws IOException, MalformedModelException {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(owner, file, limit));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedModelException(
                    Text.format("%s: %s must be UTF-8, got other bytes after %d", owner, file, bytes.position()), e);
        }
    }
}
