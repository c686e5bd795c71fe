package io.github.djltransformers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal digits. */
public final class Sha256 {
    private Sha256() {}

    /** The hash of a file. */
    public static String of(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return copy(stream, OutputStream.nullOutputStream(), Long.MAX_VALUE).hash();
        }
    }

    /** The hash of bytes. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** The hash of a stream, and how many bytes it had. */
    public record Copied(String hash, long size) {}

    /**
     * Copies a stream and hashes it on the way.
     *
     * @param limit where copying ends, and the size is one more
     */
    public static Copied copy(InputStream from, OutputStream to, long limit) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            size += count;
            if (size > limit) {
                return new Copied("", limit + 1);
            }
            digest.update(buffer, 0, count);
            to.write(buffer, 0, count);
        }
        return new Copied(HexFormat.of().formatHex(digest.digest()), size);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java platform has SHA-256", e);
        }
    }
}
