package io.github.djltransformers.cli;

import ai.djl.MalformedModelException;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.ModelPackager;
import io.github.djltransformers.zoo.PackagedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adds a model to the resources of a jar. */
@Command(
        name = "package",
        description = "Copies a model into a directory of packaged models and enters it into the index there.")
final class PackageCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description =
                    "A directory with config.json, model.safetensors, tokenizer.json, serving.properties and README.md.")
    private Path model;

    @Option(
            names = "--description",
            paramLabel = "FILE",
            required = true,
            description = "JSON with id, version, application, properties (of a translation model source_language and"
                    + " target_language), license, summary and scores (each metric, value, test_set and"
                    + " signature).")
    private Path description;

    @Option(names = "--into", paramLabel = "DIR", required = true, description = "The directory with index.json.")
    private Path root;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        ModelDescription described = ModelDescription.fromJson(Files.readString(description), description.toString());
        PackagedModel packaged = ModelPackager.add(root, model, described);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s, %d files, %d bytes%n",
                        packaged,
                        packaged.files().size(),
                        packaged.size());
        return 0;
    }
}
