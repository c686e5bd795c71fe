package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.modality.Classifications;
import ai.djl.modality.Classifications.Classification;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
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

/** Prints classes of texts. */
@Command(
        name = "classify",
        description = {
            "Prints the classes of each text, given as arguments or as lines of standard input, best first: class and"
                    + " score with a blank between, tabs between classes. With --labels the classes are any words, by a model"
                    + " for natural language inference.",
            "With --json a line is {\"text\": ..., \"classes\": [{\"label\": ..., \"score\": ...}, ...]}."
        })
final class ClassifyCommand implements Callable<Integer> {
    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "1",
            description = "How many classes to print (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--pair", paramLabel = "TEXT", description = "A second text behind each, for models of pairs.")
    private String pair;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            description = "What makes scores: softmax, sigmoid or none (default: as the checkpoint says).")
    private String activation;

    @Option(
            names = "--labels",
            paramLabel = "LABEL",
            split = ",",
            description = "Classes to choose from, with commas between, that the model was not trained for.")
    private List<String> labels = List.of();

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            defaultValue = "This example is {}.",
            description = "With --labels: what a text must entail to be of the class {} (default: ${DEFAULT-VALUE}).")
    private String template;

    @Option(names = "--multi-label", description = "With --labels: a text may be of several classes, or none.")
    private boolean multiLabel;

    /** A class with its score. */
    private record Scored(String label, double score) {}

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        Map<String, Object> arguments = new HashMap<>();
        if (!labels.isEmpty()) {
            String[] candidates = labels.toArray(String[]::new);
            options.run(
                    ZeroShotClassificationInput.class,
                    ZeroShotClassificationOutput.class,
                    text -> new ZeroShotClassificationInput(text, candidates, multiLabel, template),
                    arguments,
                    new Classes<>(ClassifyCommand::of));
            return ExitCode.OK;
        }
        arguments.put("topK", topK);
        arguments.put("activation", activation);
        Classes<Classifications> form = new Classes<>(ClassifyCommand::of);
        if (pair == null) {
            options.run(String.class, Classifications.class, Function.identity(), arguments, form);
        } else {
            options.run(StringPair.class, Classifications.class, text -> new StringPair(text, pair), arguments, form);
        }
        return ExitCode.OK;
    }

    private static List<Scored> of(Classifications classes) {
        List<Classification> best = classes.topK(classes.getClassNames().size());
        return best.stream()
                .map(each -> new Scored(each.getClassName(), each.getProbability()))
                .toList();
    }

    private static List<Scored> of(ZeroShotClassificationOutput classes) {
        List<String> names = Arrays.asList(classes.getLabels());
        return names.stream()
                .map(name -> new Scored(name, classes.getScores()[names.indexOf(name)]))
                .toList();
    }

    /** The best classes. */
    private final class Classes<O> implements CheckpointOptions.Form<O> {
        private final Function<O, List<Scored>> scored;

        Classes(Function<O, List<Scored>> scored) {
            this.scored = scored;
        }

        private List<Scored> best(O result) {
            List<Scored> all = scored.apply(result);
            return all.subList(0, Math.min(topK, all.size()));
        }

        @Override
        public void print(PrintWriter out, String text, O result) {
            out.println(best(result).stream()
                    .map(each -> Text.format("%s %.4f", each.label(), each.score()))
                    .collect(Collectors.joining("\t")));
        }

        @Override
        public void describe(JsonObject object, O result, Gson gson) {
            JsonArray classes = new JsonArray();
            best(result).forEach(each -> classes.add(gson.toJsonTree(each)));
            object.add("classes", classes);
        }
    }
}
