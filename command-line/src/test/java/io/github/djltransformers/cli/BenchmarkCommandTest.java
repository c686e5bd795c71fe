package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchmarkCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = Djlt.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }

    @EngineTest
    void measuresEveryKindOfCase(String engine) throws IOException {
        Path json = folder.resolve("result.json");
        Path chart = folder.resolve("chart.png");
        Path sentences = Files.writeString(folder.resolve("sentences"), "Hello.\n\nIt rains.\n");
        int status = run(
                "benchmark",
                "--quick",
                "--engine=" + engine,
                "--case=encoder-b1-s16-d128",
                "--case=training",
                "--case=step-d128",
                "--case=decode-d128-l4-b1-beam4",
                "--case=translate",
                "--precision=float32",
                "--file=" + sentences,
                "--json=" + json,
                "--chart=" + chart);
        assertEquals(0, status, err.toString());
        assertTrue(
                err.toString().startsWith("1/5 encoder-b1-s16-d128" + System.lineSeparator() + "2/5 "), err.toString());
        assertTrue(err.toString().contains("5/5 translate-en-de-beam4-b32, about "), err.toString());
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertTrue(report.getAsJsonObject("machine").getAsJsonObject("engines").has(engine));
        Map<String, JsonObject> cases = new HashMap<>();
        for (JsonElement each : report.getAsJsonArray("cases")) {
            cases.put(each.getAsJsonObject().get("name").getAsString(), each.getAsJsonObject());
        }
        assertEquals(5, cases.size());
        for (JsonObject each : cases.values()) {
            assertTrue(each.getAsJsonObject("matmulFlopsPerSecond").get(engine).getAsDouble() > 0);
        }
        JsonObject eager = variant(cases.get("encoder-b1-s16-d128"), "eager");
        assertEquals(2, eager.getAsJsonArray("samples").size());
        assertTrue(eager.getAsJsonObject("seconds").get("median").getAsDouble() > 0);
        assertTrue(eager.get("floorShare").getAsDouble() > 0);
        assertEquals(1, eager.get("timesAsFastAsEager").getAsDouble());
        assertTrue(variant(cases.get("encoder-b1-s16-d128"), "stock").has("timesAsFastAsStock"));
        for (String name : List.of("encoder-b1-s16-d128", "step-d128-l4-b1", "decode-d128-l4-b1-beam4")) {
            JsonObject compiled = variant(cases.get(name), "compiled");
            assertTrue(compiled.has("timesAsFastAsEager"), compiled.toString());
        }
        assertTrue(variant(cases.get("training-d128-l2-b32"), "eager").has("seconds"));
        assertTrue(variant(cases.get("translate-en-de-beam4-b32"), "eager").has("itemsPerSecond"));
        assertTrue(out.toString().contains("training-d128-l2-b32     "), out.toString());
        assertTrue(ImageIO.read(chart.toFile()).getWidth() > 500);
        assertEquals(
                List.of(),
                Files.list(folder)
                        .filter(path -> path.toString().endsWith(".tmp"))
                        .toList());
    }

    private static JsonObject variant(JsonObject benchmarkCase, String mode) {
        for (JsonElement each : benchmarkCase.getAsJsonArray("variants")) {
            if (each.getAsJsonObject().get("mode").getAsString().equals(mode)) {
                return each.getAsJsonObject();
            }
        }
        throw new AssertionError(mode + " must be in " + benchmarkCase);
    }

    @Test
    void wrongOptionsAreNamed() throws IOException {
        String help = "; see djlt benchmark --help" + System.lineSeparator();
        assertEquals(2, run("benchmark", "--chart=a.gif"));
        assertEquals(2, run("benchmark", "--rounds=0"));
        assertEquals(2, run("benchmark", "--precision=int4"));
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        assertEquals(2, run("benchmark", "--file=" + empty));
        assertEquals(
                "djlt benchmark: --chart must end in .png, got a.gif" + help
                        + "djlt benchmark: --rounds must be positive, got 0" + help
                        + "djlt benchmark: --precision must be float32, bfloat16 or int8, got int4" + help
                        + "djlt benchmark: --file must have a sentence, got none in " + empty + help,
                err.toString());
        assertEquals(2, run("benchmark", "--case=none"));
        assertTrue(
                err.toString().contains("--case must be the name of a case, one of [encoder-b1-s16-d128, "),
                err.toString());
    }
}
