package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.modality.Classifications;
import ai.djl.modality.Classifications.Classification;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints words for the masks in texts. */
@Command(
        name = "fill",
        description = {
            "Prints the most probable words for each mask, such as [MASK] or <mask>, in texts given as arguments or as lines"
                    + " of standard input: a line for each mask, word and score with a blank between, tabs between words.",
            "With --json a line is {\"text\": ..., \"masks\": [[{\"word\": ..., \"score\": ...}, ...], ...]}."
        })
final class FillCommand implements Callable<Integer>, CheckpointOptions.Form<Classifications[]> {
    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "5",
            description = "How many words to print (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("topK", topK);
        options.run(String.class, Classifications[].class, Function.identity(), arguments, this);
        return ExitCode.OK;
    }

    private List<Classification> words(Classifications mask) {
        return mask.topK(topK);
    }

    @Override
    public void print(PrintWriter out, String text, Classifications[] masks) {
        for (Classifications mask : masks) {
            out.println(words(mask).stream()
                    .map(word -> Text.format("%s %.4f", word.getClassName().strip(), word.getProbability()))
                    .collect(Collectors.joining("\t")));
        }
    }

    @Override
    public void describe(JsonObject object, Classifications[] masks, Gson gson) {
        JsonArray all = new JsonArray();
        for (Classifications mask : masks) {
            JsonArray words = new JsonArray();
            for (Classification each : words(mask)) {
                JsonObject word = new JsonObject();
                word.addProperty("word", each.getClassName());
                word.addProperty("score", each.getProbability());
                words.add(word);
            }
            all.add(words);
        }
        object.add("masks", all);
    }
}
