package io.github.djltransformers.compile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A file that is there whole or as it was before. */
public final class ReplacedFile {
    private ReplacedFile() {}

    /** What the file is filled with. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream need not be closed. */
        void write(OutputStream target) throws IOException;
    }

    /**
     * Writes a file beside the target and moves it there.
     *
     * @throws IOException if the file cannot be written; what was there stays
     */
    public static void write(Path target, Content content) throws IOException {
        // Not Files.createTempFile: its owner-only permissions would stay on the finished file.
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream stream =
                    Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.write(stream);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
