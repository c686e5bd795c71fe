package io.github.djltransformers;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Words for files that cannot be opened: those of {@code java.nio.file} are the bare path, or leave the path out. */
public final class UnreadableFile {
    private UnreadableFile() {}

    /**
     * Returns the failure to throw.
     *
     * @param owner the type that the message names
     * @param file the file
     * @param cause why it could not be opened
     * @return a failure that names the owner, the file and the reason; a {@link NoSuchFileException} of the file if the
     *     cause is one
     */
    public static IOException of(String owner, Path file, IOException cause) {
        String message = Text.format("%s: file must be readable, got %s which ", owner, file);
        if (cause instanceof NoSuchFileException) {
            return new Missing(file, message + "does not exist; check the path", cause);
        }
        if (Files.isDirectory(file)) {
            return new IOException(message + "is a directory; check the path", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new IOException(message + "may not be read; check its permissions", cause);
        }
        return new IOException(message + "cannot be read (" + cause.getMessage() + ")", cause);
    }

    /** Says the whole sentence, and still gives the path to those who word the failure themselves. */
    private static final class Missing extends NoSuchFileException {
        private static final long serialVersionUID = 1L;

        Missing(Path file, String reason, IOException cause) {
            super(file.toString(), null, reason);
            initCause(cause);
        }

        @Override
        public String getMessage() {
            return getReason();
        }
    }
}
