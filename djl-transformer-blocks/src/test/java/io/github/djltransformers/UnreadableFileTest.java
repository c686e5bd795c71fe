package io.github.djltransformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadableFileTest {
    @TempDir
    Path directory;

    @Test
    void namesOwnerFileAndReason() {
        Path file = directory.resolve("f");
        assertEquals(
                "Owner: file must be readable, got " + file + " which does not exist; check the path",
                UnreadableFile.of("Owner", file, new NoSuchFileException(file.toString()))
                        .getMessage());
        assertEquals(
                "Owner: file must be readable, got " + file + " which may not be read; check its permissions",
                UnreadableFile.of("Owner", file, new AccessDeniedException(file.toString()))
                        .getMessage());
        assertEquals(
                "Owner: file must be readable, got " + directory + " which is a directory; check the path",
                UnreadableFile.of("Owner", directory, new IOException("Is a directory"))
                        .getMessage());
        assertEquals(
                "Owner: file must be readable, got " + file + " which cannot be read (Input/output error)",
                UnreadableFile.of("Owner", file, new IOException("Input/output error"))
                        .getMessage());
    }

    @Test
    void aMissingFileKeepsItsTypePathAndCause() {
        Path file = directory.resolve("f");
        NoSuchFileException cause = new NoSuchFileException(file.toString());
        IOException failure = UnreadableFile.of("Owner", file, cause);
        assertEquals(
                file.toString(),
                assertInstanceOf(NoSuchFileException.class, failure).getFile());
        assertSame(cause, failure.getCause());
    }
}
