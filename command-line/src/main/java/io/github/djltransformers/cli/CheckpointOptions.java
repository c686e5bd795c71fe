package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.text.data.TextLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of commands that run a checkpoint on texts, and the running. */
final class CheckpointOptions {
    private static final Gson GSON = new GsonBuilder()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues()
            .create();

    /** How many lines are read ahead, so that those of like length meet. */
    private static final int LINES_AT_ONCE = 1024;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description =
                    "A packaged model, see djlt models, or the directory of a Hugging Face checkpoint: config.json,"
                            + " safetensors and its tokenizer.")
    private String model;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description =
                    "PyTorch or MXNet (default: DJL's default engine if set, else the first of these that is there).")
    private String engine;

    @Option(
            names = "--max-length",
            paramLabel = "TOKENS",
            description = "The most tokens of a text that are read at once (default: as many as the model takes).")
    private Integer maxLength;

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            description = "How many tokens, padding included, are read side by side (default: 2048).")
    private Integer batchTokens;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that PyTorch computes with (default: one a core).")
    private Integer threads;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "The arithmetic of the compiled model: ${COMPLETION-CANDIDATES} (default: FLOAT32).")
    private Precision precision;

    @Option(
            names = "--packed",
            description =
                    "Keep a second copy of float32 weights in the engine's own order: faster, for twice the memory.")
    private boolean packed;

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            description =
                    "What runs the compiled model: ${COMPLETION-CANDIDATES} (default: AUTOMATIC). ONNX is ONNX Runtime, for"
                            + " PyTorch's models on the CPU, where it is there: what AUTOMATIC takes then.")
    private Runtime runtime;

    @Option(names = "--eager", description = "Compute operation by operation instead of compiling the model.")
    private boolean eager;

    @Option(names = "--json", description = "Print one JSON object a line for each text.")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "Texts; none, or -, to read standard input.")
    private List<String> texts = List.of();

    /** How a result is printed. */
    interface Form<O> {
        /** As lines for people and pipes. */
        void print(PrintWriter out, String text, O result);

        /** What the JSON object has beside the text. */
        void describe(JsonObject object, O result, Gson gson);
    }

    /**
     * Runs the model on all texts, in order.
     *
     * @param input makes of a text what the model takes
     * @param arguments of the translator; those that are null are left out
     */
    <I, O> void run(
            Class<I> inputType, Class<O> outputType, Function<String, I> input, Map<String, ?> arguments, Form<O> form)
            throws IOException, ModelException, TranslateException {
        Progress progress = Progress.onTerminal(spec.commandLine().getErr());
        try {
            run(inputType, outputType, arguments, (predictor, some) -> run(predictor, some, input, form, progress));
        } finally {
            progress.end();
        }
    }

    /** What is done with a loaded model and some texts. */
    interface Use<I, O> {
        void on(Predictor<I, O> predictor, List<String> texts) throws TranslateException;
    }

    /** Loads the model and hands it the texts, in order, as many at once as are there. */
    <I, O> void run(Class<I> inputType, Class<O> outputType, Map<String, ?> arguments, Use<I, O> use)
            throws IOException, ModelException, TranslateException {
        EngineThreads.apply(spec.commandLine(), engine, threads);
        try (ZooModel<I, O> loaded = load(inputType, outputType, arguments);
                Predictor<I, O> predictor = loaded.newPredictor()) {
            if (texts.isEmpty() || texts.equals(List.of(InputText.STANDARD_INPUT))) {
                try (TextLines lines = InputText.open(InputText.STANDARD_INPUT)) {
                    for (List<String> some = lines.available(LINES_AT_ONCE);
                            !some.isEmpty();
                            some = lines.available(LINES_AT_ONCE)) {
                        use.on(predictor, some);
                    }
                }
            } else {
                use.on(predictor, texts);
            }
        }
    }

    /** Whether one JSON object a line is to be printed. */
    boolean json() {
        return json;
    }

    static Gson gson() {
        return GSON;
    }

    private <I, O> void run(
            Predictor<I, O> predictor, List<String> some, Function<String, I> input, Form<O> form, Progress progress)
            throws TranslateException {
        List<O> results = predictor.batchPredict(some.stream().map(input).toList());
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < results.size(); i++) {
            if (json) {
                JsonObject object = new JsonObject();
                object.addProperty("text", some.get(i));
                form.describe(object, results.get(i), GSON);
                out.println(GSON.toJson(object));
            } else {
                form.print(out, some.get(i), results.get(i));
            }
            progress.add();
        }
    }

    private <I, O> ZooModel<I, O> load(Class<I> input, Class<O> output, Map<String, ?> arguments)
            throws IOException, ModelException {
        Path directory = Path.of(model);
        if (Files.isDirectory(directory) && !Files.exists(directory.resolve(CheckpointConfig.FILE))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--model must be a directory with config.json, model.safetensors and a tokenizer, got " + model);
        }
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("maxLength", maxLength);
        all.put("batchTokens", batchTokens);
        all.put(CompilationConfig.PRECISION, precision);
        all.put(CompilationConfig.COMPILE, !eager);
        all.put(CompilationConfig.WEIGHTS, packed ? WeightStorage.PACKED : null);
        all.put(CompilationConfig.RUNTIME, runtime);
        return CheckpointModels.load(CheckpointModels.criteria(input, output, model, engine), all);
    }
}
