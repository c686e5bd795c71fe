package io.github.djltransformers.cli;

import io.github.djltransformers.Text;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the option {@code --threads} does. */
final class EngineThreads {
    /** More than a few threads a processor wait for each other, and many thousand for good. */
    private static final int PER_PROCESSOR = 4;

    private static final int LEAST_LIMIT = 16;

    private EngineThreads() {}

    /**
     * Gives the engine its threads, before it is loaded.
     *
     * @param engine an engine's name, or null
     * @param threads null for the engine's own choice
     */
    static void apply(CommandLine command, String engine, Integer threads) {
        if (threads == null) {
            return;
        }
        if (threads < 1) {
            throw new ParameterException(command, "--threads must be positive, got " + threads);
        }
        int most = Math.max(LEAST_LIMIT, PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
        if (threads > most) {
            throw new ParameterException(
                    command, Text.format("--threads must be at most %d on this machine, got %d", most, threads));
        }
        if ("MXNet".equalsIgnoreCase(engine)) {
            throw new ParameterException(
                    command,
                    "--threads must be left out for MXNet, got " + threads
                            + ", set the variable OMP_NUM_THREADS instead");
        }
        // The engine reads it once, when it is loaded.
        System.setProperty("ai.djl.pytorch.num_threads", threads.toString());
    }
}
