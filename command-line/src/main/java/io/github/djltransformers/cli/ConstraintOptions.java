package io.github.djltransformers.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a text must be; one of these. */
final class ConstraintOptions {
    @Option(
            names = "--regex",
            paramLabel = "REGEX",
            description = "A text that a regular expression matches as a whole.")
    private String regex;

    @Option(names = "--json-schema", paramLabel = "FILE", description = "A JSON document of the schema in a file.")
    private Path jsonSchema;

    @Option(names = "--choice", paramLabel = "TEXT", description = "One of these texts; the option is given for each.")
    private List<String> choices;

    void addTo(Map<String, Object> arguments) throws IOException {
        arguments.put("regex", regex);
        arguments.put("jsonSchema", jsonSchema == null ? null : Files.readString(jsonSchema));
        arguments.put("choices", choices == null ? null : String.join("\n", choices));
    }
}
