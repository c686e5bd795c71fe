package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.zoo.TinyModel;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsCommandTest {
    private static final String DESCRIPTION = """
            {"id": "en-de", "version": "1.0.0", "application": "nlp/machine_translation",
             "properties": {"source_language": "en", "target_language": "de"}, "license": "CC0-1.0", "summary": "English to German",
             "scores": [{"metric": "BLEU", "value": 26.04, "test_set": "newstest2014", "signature": "nrefs:1"}]}
            """;

    @TempDir
    Path temporary;

    @Test
    void tableShowsTaskPropertiesSizeLicenceAndScore() throws IOException {
        packageModel(DESCRIPTION);
        long bytes = size();
        assertEquals("""
                MODEL  VERSION  TASK                 PROPERTIES                              SIZE    LICENCE  SCORE
                en-de  1.0.0    machine translation  source language en, target language de  0.0 MB  CC0-1.0  BLEU 26.0 on newstest2014
                """, list());
        JsonArray models = JsonParser.parseString(list("--json")).getAsJsonArray();
        assertEquals(1, models.size());
        JsonObject model = models.get(0).getAsJsonObject();
        assertEquals("machine translation", model.get("task").getAsString());
        assertEquals("de", model.get("target_language").getAsString());
        assertEquals(bytes, model.get("size").getAsLong());
        JsonObject score = model.getAsJsonArray("scores").get(0).getAsJsonObject();
        assertEquals(26.04, score.get("value").getAsDouble());
        assertEquals("newstest2014", score.get("test_set").getAsString());
    }

    @Test
    void packagingNamesWhatIsMissing() throws IOException {
        Outcome invalid = packageModel(DESCRIPTION.replace("\"license\"", "\"licence\""));
        assertEquals(1, invalid.status());
        assertEquals(
                "djlt package: ModelDescription: " + temporary.resolve("description.json")
                        + " must be valid, got: ModelDescription: license must be given, got null",
                invalid.err().strip());
        Files.delete(temporary.resolve("own/README.md"));
        Outcome incomplete = run(
                Djlt.commandLine(),
                "package",
                "--model=" + temporary.resolve("own"),
                "--description=" + temporary.resolve("description.json"),
                "--into=" + temporary.resolve("models"));
        assertEquals(1, incomplete.status());
    }

    private record Outcome(int status, String out, String err) {}

    private Outcome packageModel(String description) throws IOException {
        TinyModel.save(temporary.resolve("own"));
        Files.writeString(temporary.resolve("description.json"), description);
        return run(
                Djlt.commandLine(),
                "package",
                "--model=" + temporary.resolve("own"),
                "--description=" + temporary.resolve("description.json"),
                "--into=" + temporary.resolve("models"));
    }

    private long size() throws IOException {
        long bytes = 0;
        for (String name :
                new String[] {"config.json", "model.safetensors", "tokenizer.json", "serving.properties", "README.md"
                }) {
            bytes += Files.size(temporary.resolve("models/en-de/1.0.0").resolve(name));
        }
        return bytes;
    }

    private String list(String... args) {
        Outcome outcome = run(new CommandLine(new ModelsCommand(this::zoo)), args);
        assertEquals(0, outcome.status(), outcome.err());
        return outcome.out().replace("\r\n", "\n");
    }

    private TransformerModelZoo zoo() {
        try {
            return TransformerModelZoo.of(
                    temporary.resolve("models/index.json").toUri().toURL(), temporary.resolve("cache"));
        } catch (IOException | MalformedModelException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome run(CommandLine command, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int status = command.execute(args);
        return new Outcome(status, out.toString(), err.toString());
    }
}
