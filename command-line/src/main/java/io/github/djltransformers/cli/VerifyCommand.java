package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.verify.TensorVerdict;
import io.github.djltransformers.zoo.verify.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a checkpoint with reference outputs. */
@Command(
        name = "verify",
        description = {
            "Runs a Hugging Face checkpoint on the inputs in its io.safetensors and compares every output with the one"
                    + " stored there.",
            "A line for each tensor: its name, elements compared, largest absolute error, verdict."
        },
        exitCodeList = {
            "0:every tensor is within the tolerance",
            "1:one is not, or a failure",
            "2:the command line was not" + " understood"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description =
                    "PyTorch or MXNet (default: DJL's default engine if set, else the first of these that is there).")
    private String engine;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            description = "The largest absolute error allowed (default: 1e-4; 2e-4 for logits, losses and T5).")
    private Double tolerance;

    @Option(names = "--json", description = "One JSON object in place of lines.")
    private boolean json;

    @Parameters(paramLabel = "DIR", description = "A directory with config.json, model.safetensors and io.safetensors.")
    private Path directory;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        String chosen = EngineChoice.of(engine);
        JsonArray tensors = new JsonArray();
        boolean passed = new Verification(directory.toRealPath(), chosen, tolerance).run(verdict -> {
            if (json) {
                tensors.add(toJson(verdict));
            } else {
                spec.commandLine().getOut().println(line(verdict));
            }
        });
        if (json) {
            JsonObject report = new JsonObject();
            report.addProperty("directory", directory.toString());
            report.addProperty("engine", chosen);
            report.addProperty("passed", passed);
            report.add("tensors", tensors);
            spec.commandLine().getOut().println(GSON.toJson(report));
        }
        return passed ? 0 : 1;
    }

    private static String line(TensorVerdict verdict) {
        String verdictText = verdict.passed() ? "ok" : "FAILED";
        String remark = verdict.remark().isEmpty() ? "" : ": " + verdict.remark();
        return Text.format(
                "%-34s %9d  %.1e  %s%s",
                verdict.name(), verdict.compared(), verdict.largestError(), verdictText, remark);
    }

    private static JsonObject toJson(TensorVerdict verdict) {
        JsonObject json = new JsonObject();
        json.addProperty("name", verdict.name());
        json.addProperty("compared", verdict.compared());
        if (Double.isFinite(verdict.largestError())) {
            json.addProperty("largest_error", verdict.largestError());
        }
        json.addProperty("tolerance", verdict.tolerance());
        json.addProperty("passed", verdict.passed());
        if (!verdict.remark().isEmpty()) {
            json.addProperty("remark", verdict.remark());
        }
        return json;
    }
}
