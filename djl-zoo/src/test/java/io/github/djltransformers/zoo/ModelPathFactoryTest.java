package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.repository.LocalRepository;
import ai.djl.repository.Repository;
import ai.djl.repository.SimpleRepository;
import io.github.djltransformers.zoo.task.TaskCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint is opened as one, and everything else as DJL does without this library. */
class ModelPathFactoryTest {
    private static final String RAN = "hostile.class.ran";

    @TempDir
    Path temporary;

    private static Repository open(Path path) {
        return Repository.newInstance("test", path.toUri().toString());
    }

    @Test
    void onlyACheckpointIsOpenedAsOne() throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        assertInstanceOf(CheckpointRepository.class, open(directory));
        Files.writeString(directory.resolve("serving.properties"), "engine=Rust\n");
        assertFalse(open(directory) instanceof CheckpointRepository, "it says itself how it is loaded");
        Path other = Files.createDirectories(temporary.resolve("other"));
        Files.writeString(other.resolve("model.pt"), "");
        Repository simple = open(other);
        assertInstanceOf(SimpleRepository.class, simple);
        assertEquals("other", simple.getResources().get(0).getArtifactId());
        assertEquals(List.of(), open(temporary.resolve("missing")).getResources());
    }

    @Test
    void aFolderOfIndicesIsALocalRepository() throws Exception {
        Path inner = Files.createDirectories(temporary.resolve("repository/model"));
        Files.writeString(
                inner.resolve("metadata.json"),
                "{\"metadataVersion\": \"0.2\", \"artifacts\": [], \"resourceType\": \"model\"}");
        assertInstanceOf(LocalRepository.class, open(temporary.resolve("repository")));
    }

    /** DJL runs a class that it finds in a model's directory, where it is not told which it needs. */
    @Test
    void codeInACheckpointDoesNotRun() throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Files.writeString(
                classes.resolve("Hostile.java"),
                "public class Hostile implements ai.djl.nn.BlockFactory { static { System.setProperty(\"" + RAN
                        + "\", \"yes\"); } public ai.djl.nn.Block newBlock(ai.djl.Model m, java.nio.file.Path p,"
                        + " java.util.Map<String, ?> a) { return null; } }\n");
        float[] vector = TaskCheckpoint.predict(directory, "the", float[].class, "PyTorch", Map.of());
        assertEquals(32, vector.length);
        assertNull(System.getProperty(RAN));
    }
}
