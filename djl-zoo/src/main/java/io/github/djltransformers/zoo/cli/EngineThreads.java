package io.github.djltransformers.zoo.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the option {@code --threads} does. */
final class EngineThreads {
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
        if ("MXNet".equals(engine)) {
            throw new ParameterException(
                    command,
                    "--threads must be left out for MXNet, got " + threads
                            + ", set the variable OMP_NUM_THREADS instead");
        }
        // The engine reads it once, when it is loaded.
        System.setProperty("ai.djl.pytorch.num_threads", threads.toString());
    }
}
