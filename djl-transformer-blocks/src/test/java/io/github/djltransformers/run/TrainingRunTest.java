package io.github.djltransformers.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final TrainingRunConfig CONFIG = new TrainingRunConfig(40, 1, 1.0, 5, 10, 7, 3, 100, 42);

    @TempDir
    private Path folder;

    @EngineTest
    void aKilledRunEndsWithTheNumbersOfOneThatWasNot(String engine) throws Exception {
        TrainingResult straight = train(engine, "straight", CONFIG, CopyTask.batches(CopyTask.ROWS));
        for (int lives : new int[] {12, 20}) {
            assertThrows(
                    IllegalStateException.class, () -> train(engine, "killed", CONFIG, CopyTask.dyingAfter(lives)));
        }
        TrainingResult resumed = train(engine, "killed", CONFIG, CopyTask.batches(CopyTask.ROWS));

        assertEquals(curve("straight"), curve("killed"));
        assertEquals(straight.bestScore(), resumed.bestScore(), 0);
        assertArrayEquals(Files.readAllBytes(straight.best()), Files.readAllBytes(resumed.best()));
        assertArrayEquals(Files.readAllBytes(straight.average()), Files.readAllBytes(resumed.average()));
        assertTrue(resumed.ended());
    }

    @EngineTest
    void learns(String engine) throws Exception {
        TrainingRunConfig config = new TrainingRunConfig(200, 1, 1.0, 50, 50, 100, 1, 100, 7);
        TrainingResult result = train(engine, "learning", config, CopyTask.batches(CopyTask.ROWS));
        assertEquals(200, result.step());
        // Guessing among the 10 tokens gives -2.3.
        assertTrue(result.bestScore() > -1.3, "log-likelihood of a token was " + result.bestScore());
    }

    @EngineTest
    void microBatchesMakeTheStepOfOneBatch(String engine) throws Exception {
        TrainingRunConfig one = new TrainingRunConfig(1, 1, 1e9, 1, 1, 1, 1, 1, 3);
        TrainingRunConfig twice = new TrainingRunConfig(1, 2, 1e9, 1, 1, 1, 1, 1, 3);
        Path whole = trainWithoutDropout(engine, "one", one, CopyTask.firstBatchIn(1));
        Path parts = trainWithoutDropout(engine, "twice", twice, CopyTask.firstBatchIn(2));
        assertEquals(norm("one"), norm("twice"), 1e-5 * norm("one"));
        assertEquals(tokens("one"), tokens("twice"));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Closeness closeness = new Closeness(1e-5);
            try (SafeTensorsFile expected = SafeTensorsFile.open(whole);
                    SafeTensorsFile actual = SafeTensorsFile.open(parts)) {
                assertEquals(expected.names(), actual.names());
                for (String name : expected.names()) {
                    closeness.compare(name, expected.read(manager, name), actual.read(manager, name));
                }
            }
            closeness.verify("The step of two micro-batches on " + engine);
        }
    }

    /** The weights after a run. */
    private Path trainWithoutDropout(String engine, String name, TrainingRunConfig config, BatchSource batches)
            throws Exception {
        try (Model model = Model.newInstance(name, Device.cpu(), engine)) {
            return CopyTask.run(model, folder.resolve(name), config, batches, 0)
                    .run()
                    .best();
        }
    }

    @Test
    void stopsWhenValidationNoLongerImproves() throws Exception {
        TrainingRunConfig config = new TrainingRunConfig(10_000, 1, 1e-9, 100, 1, 100, 1, 4, 1);
        TrainingResult result = train("PyTorch", "patience", config, CopyTask.batches(1));
        assertTrue(result.ended());
        assertTrue(result.step() < 10_000);
        assertEquals(result.bestStep() + 4, result.step());
    }

    @Test
    void keepsTheLastCheckpointsAndAveragesThem() throws Exception {
        train("PyTorch", "kept", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertEquals(
                List.of("step-00000028", "step-00000035", "step-00000040"),
                namesIn(folder.resolve("kept/checkpoints")));
    }

    @Test
    void goesOnFromAnInterruptedCheckpointAndForgetsIt() throws Exception {
        TrainingResult straight = train("PyTorch", "straight", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertThrows(IllegalStateException.class, () -> train("PyTorch", "again", CONFIG, CopyTask.dyingAfter(30)));
        Path checkpoints = folder.resolve("again/checkpoints");
        Files.move(checkpoints.resolve("step-00000028"), checkpoints.resolve("interrupted-00000028"));
        assertThrows(IllegalStateException.class, () -> train("PyTorch", "again", CONFIG, CopyTask.dyingAfter(3)));
        assertEquals(List.of("interrupted-00000028", "step-00000014", "step-00000021"), namesIn(checkpoints));
        TrainingResult resumed = train("PyTorch", "again", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertEquals(curve("straight"), curve("again"));
        assertArrayEquals(Files.readAllBytes(straight.best()), Files.readAllBytes(resumed.best()));
        assertEquals(List.of("step-00000021", "step-00000035", "step-00000040"), namesIn(checkpoints));
    }

    @Test
    void aRunThatHasEndedCanBeStartedAgain() throws Exception {
        TrainingResult first = train("PyTorch", "ended", CONFIG, CopyTask.batches(CopyTask.ROWS));
        byte[] average = Files.readAllBytes(first.average());
        TrainingResult second = train("PyTorch", "ended", CONFIG, CopyTask.dyingAfter(0));
        assertEquals(40, second.step());
        assertTrue(second.ended());
        assertArrayEquals(average, Files.readAllBytes(second.average()));
    }

    @Test
    void clippingCanBeTurnedOff() throws Exception {
        TrainingRunConfig config = new TrainingRunConfig(2, 1, Double.POSITIVE_INFINITY, 1, 2, 2, 1, 1, 1);
        assertEquals(2, train("PyTorch", "free", config, CopyTask.batches(2)).step());
    }

    @Test
    void halfALineAtTheEndOfTheLogIsDropped() throws Exception {
        train("PyTorch", "log", CONFIG, CopyTask.batches(CopyTask.ROWS));
        Path log = folder.resolve("log/log.jsonl");
        List<String> lines = Files.readAllLines(log);
        Files.writeString(log, "{\"step\":40,\"validation\":{\"loss\":1}", java.nio.file.StandardOpenOption.APPEND);
        train("PyTorch", "log", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertEquals(lines, Files.readAllLines(log));
    }

    @Test
    void aDamagedCheckpointIsPassedOver() throws Exception {
        TrainingResult straight = train("PyTorch", "straight", CONFIG, CopyTask.batches(CopyTask.ROWS));
        byte[] average = Files.readAllBytes(straight.average());
        Path newest = folder.resolve("straight/checkpoints/step-00000040");
        for (String file : List.of("state.json", "model.safetensors", "optimizer.safetensors", "sha256.json")) {
            byte[] good = Files.readAllBytes(newest.resolve(file));
            byte[] flipped = good.clone();
            flipped[good.length - 3] ^= 1;
            for (byte[] bad :
                    List.of(new byte[0], new byte[good.length], Arrays.copyOf(good, good.length / 2), flipped)) {
                Files.write(newest.resolve(file), bad);
                TrainingResult again = train("PyTorch", "straight", CONFIG, CopyTask.batches(CopyTask.ROWS));
                assertArrayEquals(average, Files.readAllBytes(again.average()), file);
                assertEquals(curve("straight").size(), log("straight").size());
            }
            Files.delete(newest.resolve(file));
            train("PyTorch", "straight", CONFIG, CopyTask.batches(CopyTask.ROWS));
        }
    }

    @Test
    void aRunWithoutAWholeCheckpointIsRefused() throws Exception {
        train("PyTorch", "damaged", CONFIG, CopyTask.batches(CopyTask.ROWS));
        Path checkpoints = folder.resolve("damaged/checkpoints");
        for (String name : namesIn(checkpoints)) {
            Files.writeString(checkpoints.resolve(name).resolve("state.json"), "[");
        }
        MalformedModelException error = assertThrows(
                MalformedModelException.class,
                () -> train("PyTorch", "damaged", CONFIG, CopyTask.batches(CopyTask.ROWS)));
        assertTrue(
                error.getMessage()
                        .startsWith("Checkpoints: one must be whole, got none; " + checkpoints.resolve("step-00000040")
                                + " is damaged: "),
                error.getMessage());
    }

    @Test
    void statesOfAnotherStepArePassedOver() throws Exception {
        TrainingResult straight = train("PyTorch", "moved", CONFIG, CopyTask.batches(CopyTask.ROWS));
        byte[] average = Files.readAllBytes(straight.average());
        Path checkpoints = folder.resolve("moved/checkpoints");
        Files.move(checkpoints.resolve("step-00000040"), checkpoints.resolve("step-00000050"));
        TrainingResult again = train("PyTorch", "moved", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertEquals(40, again.step());
        assertArrayEquals(average, Files.readAllBytes(again.average()));
    }

    @Test
    void theAverageIsOfAsManyCheckpointsAsAreKept() throws Exception {
        TrainingResult straight = train("PyTorch", "extra", CONFIG, CopyTask.batches(CopyTask.ROWS));
        byte[] average = Files.readAllBytes(straight.average());
        Path checkpoints = folder.resolve("extra/checkpoints");
        // As a kill leaves it between the last checkpoint and the deletion of old ones.
        TrainingRunConfig longer = new TrainingRunConfig(21, 1, 1.0, 7, 7, 7, 3, 100, CONFIG.seed());
        train("PyTorch", "other", longer, CopyTask.batches(CopyTask.ROWS));
        Files.move(folder.resolve("other/checkpoints/step-00000021"), checkpoints.resolve("step-00000021"));
        assertEquals(4, namesIn(checkpoints).size());
        TrainingResult again = train("PyTorch", "extra", CONFIG, CopyTask.dyingAfter(0));
        assertArrayEquals(average, Files.readAllBytes(again.average()));
    }

    @Test
    void linesOfTheLogThatADiskLostAreDropped() throws Exception {
        train("PyTorch", "lost", CONFIG, CopyTask.batches(CopyTask.ROWS));
        List<String> before = Files.readAllLines(folder.resolve("lost/log.jsonl"));
        byte[] tail = {'\n', '\n', 0, 0, 0, (byte) 0xff, '\n', '5', '\n', 0, 0};
        Files.write(folder.resolve("lost/log.jsonl"), tail, java.nio.file.StandardOpenOption.APPEND);
        train("PyTorch", "lost", CONFIG, CopyTask.batches(CopyTask.ROWS));
        assertEquals(before, Files.readAllLines(folder.resolve("lost/log.jsonl")));
    }

    @Test
    void aFolderIsOneRunsAlone() throws Exception {
        try (FolderLock lock = FolderLock.take("Test", folder.resolve("shared"), "run.lock")) {
            IOException error = assertThrows(
                    IOException.class, () -> train("PyTorch", "shared", CONFIG, CopyTask.batches(CopyTask.ROWS)));
            assertEquals(
                    "TrainingRun: folder must be one run's alone, got " + folder.resolve("shared")
                            + ", in which another is running; name another",
                    error.getMessage());
        }
        train("PyTorch", "shared", CONFIG, CopyTask.batches(CopyTask.ROWS));
    }

    @Test
    void aSourceWithoutBatchesIsRefused() {
        IllegalStateException error = assertThrows(
                IllegalStateException.class, () -> train("PyTorch", "empty", CONFIG, CopyTask.batchesOf(0)));
        assertEquals("TrainingRun: batches must have at least one batch an epoch, got none", error.getMessage());
    }

    @Test
    void configurationsOutOfRangeAreRefused() {
        assertEquals(
                "TrainingRunConfig: keepCheckpoints must be at least 1, got 0",
                assertThrows(IllegalArgumentException.class, () -> new TrainingRunConfig(1, 1, 1, 1, 1, 1, 0, 1, 1))
                        .getMessage());
        assertEquals(
                "TrainingRunConfig: clipNorm must be positive, got 0.0",
                assertThrows(IllegalArgumentException.class, () -> new TrainingRunConfig(1, 1, 0, 1, 1, 1, 1, 1, 1))
                        .getMessage());
    }

    private TrainingResult train(String engine, String name, TrainingRunConfig config, BatchSource batches)
            throws IOException, MalformedModelException {
        try (Model model = Model.newInstance(name, Device.cpu(), engine)) {
            return CopyTask.run(model, folder.resolve(name), config, batches).run();
        }
    }

    private static List<String> namesIn(Path checkpoints) throws IOException {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** Everything in the log that does not depend on the clock. */
    private List<String> curve(String name) throws IOException {
        List<String> lines = new ArrayList<>();
        for (JsonObject entry : log(name)) {
            entry.remove("tokensPerSecond");
            entry.remove("trainedSeconds");
            lines.add(entry.toString());
        }
        assertFalse(lines.isEmpty());
        return lines;
    }

    private List<JsonObject> log(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name).resolve("log.jsonl")).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private double norm(String name) throws IOException {
        return log(name).get(0).get("gradientNorm").getAsDouble();
    }

    private long tokens(String name) throws IOException {
        return log(name).get(0).get("tokens").getAsLong();
    }
}
