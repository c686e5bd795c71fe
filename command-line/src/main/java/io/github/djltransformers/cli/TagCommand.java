package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.task.Aggregation;
import io.github.djltransformers.text.task.TextAnalysis;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints entities of texts. */
@Command(
        name = "tag",
        description = {
            "Prints the entities of each text, given as arguments or as lines of standard input: a line with start, end,"
                    + " label, score and words, tabs between, and an empty line after each text. A long text is read in windows"
                    + " that overlap. Of a model with several heads, a line with # and the name of each stands before what it"
                    + " tells.",
            "With --json a line is {\"text\": ..., \"entities\": [{\"label\": ..., \"score\": ..., \"start\": ..., \"end\": ...,"
                    + " \"word\": ...}, ...]}, of several heads {\"text\": ..., \"entities\": {NAME: [...], ...}}; places are"
                    + " indices of UTF-16."
        })
final class TagCommand implements Callable<Integer>, CheckpointOptions.Form<TextAnalysis> {
    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--aggregation",
            paramLabel = "KIND",
            description =
                    "How tokens become entities: ${COMPLETION-CANDIDATES} (default: WORD for a model with several heads,"
                            + " else SIMPLE).")
    private Aggregation aggregation;

    @Option(
            names = "--stride",
            paramLabel = "TOKENS",
            description = "How many tokens the windows of a long text share (default: 128, or a quarter).")
    private Integer stride;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("aggregation", aggregation);
        arguments.put("stride", stride);
        options.run(String.class, TextAnalysis.class, Function.identity(), arguments, this);
        return ExitCode.OK;
    }

    @Override
    public void print(PrintWriter out, String text, TextAnalysis analysis) {
        EntityForm.print(out, analysis.entities());
    }

    @Override
    public void describe(JsonObject object, TextAnalysis analysis, Gson gson) {
        object.add("entities", EntityForm.json(analysis.entities()));
    }
}
