package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.architecture.ProjectFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTextsTest {
    @TempDir
    Path directory;

    @Test
    void aTextIsLikeItselfMostOfAll() throws Exception {
        Path checkpoint = ProjectFiles.root().resolve("djl-zoo/src/test/resources/checkpoints/bert");
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(checkpoint.resolve(file), directory.resolve(file));
        }
        Files.writeString(directory.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\none\nother\n");
        assertEquals(1, CompareTexts.similarity(directory, "One other", "one other"), 1e-6);
        double similarity = CompareTexts.similarity(directory, "one", "other other");
        assertTrue(similarity < 0.99, "got " + similarity);
    }
}
