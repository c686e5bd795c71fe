package io.github.djltransformers.cli;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.djltransformers.Text;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.PackagedModel;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the packaged models. */
@Command(name = "models", description = "Lists the models in this installation.")
final class ModelsCommand implements Callable<Integer> {
    private static final Gson GSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();
    private static final double BYTES_PER_MB = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print a JSON array; sizes are in bytes.")
    private boolean json;

    private final Supplier<TransformerModelZoo> zoo;

    ModelsCommand() {
        this(TransformerModelZoo::packaged);
    }

    ModelsCommand(Supplier<TransformerModelZoo> zoo) {
        this.zoo = zoo;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<PackagedModel> models = zoo.get().models();
        if (json) {
            out.println(GSON.toJson(models.stream().map(ModelsCommand::describe).toList()));
        } else {
            printTable(models, out);
        }
        return 0;
    }

    private static Map<String, Object> describe(PackagedModel model) {
        ModelDescription description = model.description();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", description.id());
        entry.put("version", description.version());
        entry.put("task", task(description));
        entry.putAll(description.properties());
        entry.put("size", model.size());
        entry.put("license", description.license());
        entry.put("summary", description.summary());
        entry.put("scores", description.scores());
        return entry;
    }

    private static void printTable(List<PackagedModel> models, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MODEL", "VERSION", "TASK", "PROPERTIES", "SIZE", "LICENCE", "SCORE"));
        for (PackagedModel model : models) {
            ModelDescription description = model.description();
            rows.add(List.of(
                    description.id(),
                    description.version(),
                    task(description),
                    description.properties().entrySet().stream()
                            .map(property -> property.getKey().replace('_', ' ') + " " + property.getValue())
                            .collect(Collectors.joining(", ")),
                    Text.format("%.1f MB", model.size() / BYTES_PER_MB),
                    description.license(),
                    description.scores().stream().map(ModelsCommand::score).collect(Collectors.joining(", "))));
        }
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String score(ModelScore score) {
        return Text.format("%s %.1f on %s", score.metric(), score.value(), score.testSet());
    }

    private static String task(ModelDescription description) {
        String path = description.application();
        return path.substring(path.lastIndexOf('/') + 1).replace('_', ' ');
    }
}
