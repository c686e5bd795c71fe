package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.task.Aggregation;
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
                    + " that overlap.",
            "With --json a line is {\"text\": ..., \"entities\": [{\"label\": ..., \"score\": ..., \"start\": ..., \"end\": ...,"
                    + " \"word\": ...}, ...]}; places are indices of UTF-16."
        })
final class TagCommand implements Callable<Integer>, CheckpointOptions.Form<NamedEntity[]> {
    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--aggregation",
            paramLabel = "KIND",
            defaultValue = "SIMPLE",
            description = "How tokens become entities: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
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
        options.run(String.class, NamedEntity[].class, Function.identity(), arguments, this);
        return ExitCode.OK;
    }

    @Override
    public void print(PrintWriter out, String text, NamedEntity[] entities) {
        for (NamedEntity each : entities) {
            out.println(Text.format(
                    "%d\t%d\t%s\t%.4f\t%s",
                    each.getStart(), each.getEnd(), each.getEntity(), each.getScore(), each.getWord()));
        }
        out.println();
    }

    @Override
    public void describe(JsonObject object, NamedEntity[] entities, Gson gson) {
        JsonArray all = new JsonArray();
        for (NamedEntity each : entities) {
            JsonObject entity = new JsonObject();
            entity.addProperty("label", each.getEntity());
            entity.addProperty("score", each.getScore());
            entity.addProperty("start", each.getStart());
            entity.addProperty("end", each.getEnd());
            entity.addProperty("word", each.getWord());
            all.add(entity);
        }
        object.add("entities", all);
    }
}
