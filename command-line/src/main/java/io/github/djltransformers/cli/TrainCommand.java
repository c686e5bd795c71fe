package io.github.djltransformers.cli;

import ai.djl.ModelException;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.recipe.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a model from a recipe. */
@Command(
        name = "train",
        description = {
            "Trains a model from a recipe, or goes on with a training that was interrupted.",
            "Progress goes to standard error; the folder of the finished model is printed at the end."
        })
final class TrainCommand implements Callable<Integer> {
    private static final Pattern VALIDATION = Pattern.compile("^step \\d+ +validation ");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE.json", description = "What to train, such as recipes/en-de.json.")
    private Path recipe;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The folder that the recipe's files are in.")
    private Path data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description =
                    "Where checkpoints, log.jsonl, train.png and the finished model/ go. The same folder goes on with its"
                            + " run.")
    private Path output;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "PyTorch",
            description = "PyTorch or MXNet; ${DEFAULT-VALUE} by default.")
    private String engine;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the PyTorch engine; all cores by default.")
    private Integer threads;

    /** A picture that can't be drawn is no reason to stop. */
    private void draw(PrintWriter progress) {
        try {
            TrainingChart.draw(output);
        } catch (IOException | RuntimeException e) {
            progress.println("no " + TrainingChart.FILE + ": " + Failure.describe(e));
        }
    }

    @Override
    public Integer call() throws IOException, ModelException {
        EngineThreads.apply(spec.commandLine(), engine, threads);
        EngineChoice.forTraining(engine);
        PrintWriter progress = spec.commandLine().getErr();
        TrainingResult result = Recipe.read(recipe)
                .train(
                        data,
                        output,
                        line -> {
                            progress.println(line);
                            progress.flush();
                            if (VALIDATION.matcher(line).find()) {
                                draw(progress);
                            }
                        },
                        engine);
        if (!result.ended()) {
            return 1;
        }
        spec.commandLine().getOut().println(output.resolve("model"));
        return 0;
    }
}
