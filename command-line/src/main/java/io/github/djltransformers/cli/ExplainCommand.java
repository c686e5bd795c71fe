package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.djltransformers.ReplacedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a model looks at while it translates. */
@Command(
        name = "explain",
        description =
                "Translates a sentence and writes a page for a browser that shows what every layer and head looks at,"
                        + " within the sentence, within the translation and between them. The page needs nothing else, and no network.")
final class ExplainCommand implements Callable<Integer> {
    private static final String PAGE = "explain.html";
    private static final String DATA = "<script type=\"application/json\" id=\"data\">{}</script>";

    /** HTML's own characters are written as escapes of JSON, so that a sentence may hold any of them. */
    private static final Gson GSON = new GsonBuilder().create();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions options;

    @Option(names = "--output", paramLabel = "FILE", description = "The page (default: standard output).")
    private Path output;

    @Parameters(paramLabel = "SENTENCE", description = "What to translate.")
    private String sentence;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        options.apply();
        try (ZooTranslation model = ZooTranslation.open(options, Map.of())) {
            String page = page(model.explain(sentence));
            if (output == null) {
                spec.commandLine().getOut().print(page);
                spec.commandLine().getOut().flush();
            } else {
                ReplacedFile.writeText(output, page);
            }
        }
        return ExitCode.OK;
    }

    static String page(JsonObject data) throws IOException {
        try (InputStream page = ExplainCommand.class.getResourceAsStream(PAGE)) {
            String empty = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            return empty.replace(DATA, DATA.replace("{}", GSON.toJson(data)));
        }
    }
}
