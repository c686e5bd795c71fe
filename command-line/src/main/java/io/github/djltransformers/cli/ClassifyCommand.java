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
import io.github.djltransformers.text.task.TextAnalysis;
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
                    + " for natural language inference. A model that also tells entities has a line for each of them, as djlt tag,"
                    + " and an empty line after each text.",
            "With --json a line is {\"text\": ..., \"classes\": [{\"label\": ..., \"score\": ...}, ...]}, and \"entities\" as"
                    + " in djlt tag."
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
            options.run(String.class, TextAnalysis.class, Function.identity(), arguments, new Analysis());
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

        @Override
        public void print(PrintWriter out, String text, O result) {
            out.println(line(scored.apply(result)));
        }

        @Override
        public void describe(JsonObject object, O result, Gson gson) {
            object.add("classes", array(scored.apply(result), gson));
        }
    }

    private List<Scored> best(List<Scored> all) {
        return all.subList(0, Math.min(topK, all.size()));
    }

    private String line(List<Scored> all) {
        return best(all).stream()
                .map(each -> Text.format("%s %.4f", each.label(), each.score()))
                .collect(Collectors.joining("\t"));
    }

    private JsonArray array(List<Scored> all, Gson gson) {
        JsonArray classes = new JsonArray();
        best(all).forEach(each -> classes.add(gson.toJsonTree(each)));
        return classes;
    }

    /** What all heads of a model tell. */
    private final class Analysis implements CheckpointOptions.Form<TextAnalysis> {
        @Override
        public void print(PrintWriter out, String text, TextAnalysis analysis) {
            boolean one = analysis.classes().size() == 1;
            analysis.classes()
                    .forEach((name, classes) -> out.println((one ? "" : "# " + name + "\t") + line(of(classes))));
            if (!analysis.entities().isEmpty()) {
                EntityForm.print(out, analysis.entities());
            }
        }

        @Override
        public void describe(JsonObject object, TextAnalysis analysis, Gson gson) {
            Map<String, Classifications> heads = analysis.classes();
            if (heads.size() == 1) {
                object.add("classes", array(of(heads.values().iterator().next()), gson));
            } else {
                JsonObject classes = new JsonObject();
                heads.forEach((name, each) -> classes.add(name, array(of(each), gson)));
                object.add("classes", classes);
            }
            if (!analysis.entities().isEmpty()) {
                object.add("entities", EntityForm.json(analysis.entities()));
            }
        }
    }
}
