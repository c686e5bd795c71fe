package io.github.djltransformers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LibraryVersionTest {
    @Test
    void theBuildFillsTheVersionIn() {
        String version = LibraryVersion.value();
        assertTrue(version.matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), version);
    }
}
