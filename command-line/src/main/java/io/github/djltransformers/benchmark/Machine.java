package io.github.djltransformers.benchmark;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What figures depend on besides the code.
 *
 * @param processor its name, or its architecture where the system tells no more
 * @param cores that the process may use
 * @param memoryBytes of the heap at most
 * @param engines by name: version, device, threads
 */
public record Machine(
        String operatingSystem,
        String processor,
        int cores,
        long memoryBytes,
        String java,
        Map<String, Runner> engines) {
    /**
     * An engine as it runs here.
     *
     * @param device its default device
     * @param threads that it computes with
     */
    public record Runner(String version, String device, int threads) {}

    /** This machine; loads the engines. */
    public static Machine of(List<String> engines) {
        Map<String, Runner> runners = new LinkedHashMap<>();
        for (String name : engines) {
            Engine engine = Engine.getEngine(name);
            runners.put(
                    name, new Runner(engine.getVersion(), engine.defaultDevice().toString(), threads(name)));
        }
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                Runtime.version().toString(),
                runners);
    }

    private static int threads(String engine) {
        String chosen = engine.equals("PyTorch") ? System.getProperty("ai.djl.pytorch.num_threads") : null;
        String common = chosen == null ? System.getenv("OMP_NUM_THREADS") : chosen;
        return common == null || !common.matches("\\d{1,9}")
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(common);
    }

    private static String processorName() {
        String architecture = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException e) {
            return architecture;
        }
    }
}
