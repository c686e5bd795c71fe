package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints vectors of texts. */
@Command(
        name = "embed",
        description = {
            "Prints a vector for each text, given as arguments or as lines of standard input: a line of numbers with blanks"
                    + " between. What the files of sentence-transformers say of pooling, layers, length and prompts is obeyed.",
            "With --json a line is {\"text\": ..., \"embedding\": [...]}."
        })
final class EmbedCommand implements Callable<Integer>, CheckpointOptions.Form<float[]> {
    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--pooling",
            paramLabel = "NAME",
            description =
                    "Of which tokens' vectors it is made: mean, cls, max or lasttoken (default: as the files say).")
    private String pooling;

    @Option(
            names = "--normalize",
            paramLabel = "BOOLEAN",
            description = "Whether vectors get the length 1: true or false (default: as the files say).")
    private String normalize;

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description = "The prompt to put before each text, by its name in the files, such as query.")
    private String prompt;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("pooling", pooling);
        arguments.put("normalize", normalize);
        arguments.put("prompt", prompt);
        options.run(String.class, float[].class, Function.identity(), arguments, this);
        return ExitCode.OK;
    }

    @Override
    public void print(PrintWriter out, String text, float[] vector) {
        out.println(IntStream.range(0, vector.length)
                .mapToObj(i -> Float.toString(vector[i]))
                .collect(Collectors.joining(" ")));
    }

    @Override
    public void describe(JsonObject object, float[] vector, Gson gson) {
        object.add("embedding", gson.toJsonTree(vector));
    }
}
