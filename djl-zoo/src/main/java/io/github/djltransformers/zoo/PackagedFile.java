package io.github.djltransformers.zoo;

import java.util.regex.Pattern;

/**
 * One file of a packaged model.
 *
 * @param name a plain file name, or one in a plain folder
 * @param size in bytes
 * @param sha256 the SHA-256 of its bytes, 64 lower-case hexadecimal digits
 */
public record PackagedFile(String name, long size, String sha256) {
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public PackagedFile {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("PackagedFile: name must be a plain file name, got " + name);
        }
        if (size < 0) {
            throw new IllegalArgumentException("PackagedFile: size must be at least 0, got " + size);
        }
        if (sha256 == null || !HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "PackagedFile: sha256 must be 64 lower-case hexadecimal digits, got " + sha256);
        }
    }
}
