package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Engines in one process leave each other what they need. */
class EnginesTogetherTest {
    @Test
    void pyTorchKeepsItsThreads() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Dai.djl.offline=true",
                "-Dai.djl.pytorch.num_threads=3",
                "-cp",
                System.getProperty("java.class.path"),
                PyTorchThreads.class.getName());
        builder.environment().remove("OMP_NUM_THREADS"); // which both would obey
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(List.of("3", "3"), lines);
    }
}
