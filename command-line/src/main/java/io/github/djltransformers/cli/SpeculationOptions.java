package io.github.djltransformers.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** How what follows is guessed; one of these. */
final class SpeculationOptions {
    @Option(
            names = "--prompt-lookup",
            paramLabel = "N",
            description = "Up to N tokens that followed the newest ones before.")
    private Integer promptLookup;

    @Option(
            names = "--draft",
            paramLabel = "DIR",
            description = "What a smaller checkpoint of the same vocabulary writes.")
    private Path draft;

    void addTo(Map<String, Object> arguments) {
        arguments.put("promptLookup", promptLookup);
        arguments.put("draftModel", draft);
    }
}
