package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.zoo.task.TaskCheckpoint;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that run checkpoints. */
class CheckpointCommandsTest {
    @TempDir
    Path temporary;

    private static String run(String input, String... arguments) {
        InputStream standardInput = System.in;
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine command = Djlt.commandLine();
            command.setOut(new PrintWriter(out, true));
            command.setErr(new PrintWriter(err, true));
            int status = command.execute(arguments);
            return status == 0 ? out.toString().replace("\r\n", "\n") : status + " " + err;
        } finally {
            System.setIn(standardInput);
        }
    }

    private static JsonObject json(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @Test
    void embedPrintsAVectorALine() throws Exception {
        String model = TaskCheckpoint.copy("bert", temporary).toString();
        List<String> lines = run("the paris\n\nwhere\n", "embed", "--model", model, "--normalize", "true")
                .lines()
                .toList();
        assertEquals(3, lines.size());
        for (String line : lines) {
            double square = 0;
            String[] numbers = line.split(" ");
            assertEquals(32, numbers.length);
            for (String number : numbers) {
                square += Math.pow(Double.parseDouble(number), 2);
            }
            assertEquals(1, square, 1e-5);
        }
        JsonObject object = json(run("", "embed", "--json", "--model", model, "--normalize", "true", "the paris"));
        assertEquals("the paris", object.get("text").getAsString());
        JsonArray vector = object.getAsJsonArray("embedding");
        assertEquals(
                Double.parseDouble(lines.get(0).split(" ")[5]), vector.get(5).getAsDouble(), 1e-5);
    }

    @Test
    void classifyPrintsTheBestClasses() throws Exception {
        String model = TaskCheckpoint.copy("bert_seqcls", temporary).toString();
        String line = run("", "classify", "--model", model, "the paris", "where")
                .lines()
                .findFirst()
                .orElse("");
        assertTrue(line.matches("(NEG|NEU|POS) 0\\.\\d{4}"), line);
        JsonArray classes = json(run("", "classify", "--json", "--top-k", "3", "--model", model, "the paris"))
                .getAsJsonArray("classes");
        assertEquals(3, classes.size());
        assertEquals(
                line.substring(0, 3),
                classes.get(0).getAsJsonObject().get("label").getAsString());
        double sum = 0;
        double before = 1;
        for (int i = 0; i < 3; i++) {
            double score = classes.get(i).getAsJsonObject().get("score").getAsDouble();
            assertTrue(score <= before);
            before = score;
            sum += score;
        }
        assertEquals(1, sum, 1e-6);
        String pair = run("", "classify", "--model", model, "--pair", "in paris", "where");
        assertTrue(pair.matches("(NEG|NEU|POS) 0\\.\\d{4}\n"), pair);
        assertTrue(run("", "classify", "--model", model, "--labels", "a,b", "where")
                .contains("labels of the model must have one that begins with 'entail'"));
    }

    @Test
    void tagAnswerAndFillPrintPlacesAndWords() throws Exception {
        String tagger = TaskCheckpoint.copy("bert_tokcls", temporary).toString();
        String text = "the paris is in paris, where is the b c d e f";
        JsonArray entities = json(run("", "tag", "--json", "--aggregation", "first", "--model", tagger, text))
                .getAsJsonArray("entities");
        assertTrue(entities.size() > 0);
        JsonObject entity = entities.get(0).getAsJsonObject();
        int start = entity.get("start").getAsInt();
        int end = entity.get("end").getAsInt();
        assertEquals(text.substring(start, end), entity.get("word").getAsString());
        String table = run("", "tag", "--aggregation", "first", "--model", tagger, text);
        assertTrue(
                table.startsWith(start + "\t" + end + "\t" + entity.get("label").getAsString() + "\t0."), table);
        assertTrue(table.endsWith("\n\n"), table);

        String answers = TaskCheckpoint.copy("bert_qa", temporary).toString();
        String answer = run("", "answer", "--model", answers, "--question", "where?", "in paris!");
        assertTrue(answer.matches("\\d\t\\d\t0\\.\\d{4}\t[in paris!]+\n\n"), answer);
        JsonObject object = json(run("", "answer", "--json", "--model", answers, "--question", "where?", "in paris!"));
        assertEquals("where?", object.get("question").getAsString());
        assertTrue(answer.startsWith(object.getAsJsonArray("answers")
                .get(0)
                .getAsJsonObject()
                .get("start")
                .getAsString()));

        String words = TaskCheckpoint.copy("bert_mlm", temporary).toString();
        String filled = run("", "fill", "--top-k", "2", "--model", words, "the [MASK] is [MASK].");
        assertTrue(filled.matches("(\\S+ 0\\.\\d{4}\t\\S+ 0\\.\\d{4}\n){2}"), filled);
        assertEquals(
                2,
                json(run("", "fill", "--json", "--model", words, "the [MASK] is [MASK]."))
                        .getAsJsonArray("masks")
                        .size());
    }

    @Test
    void whatIsNoCheckpointIsSaidInOneLine() throws Exception {
        assertTrue(
                run("", "embed", "--model", temporary.toString(), "a")
                        .startsWith(
                                "2 djlt embed: --model must be a directory with config.json, model.safetensors and a tokenizer"));
        Path directory = TaskCheckpoint.copy("bert", temporary);
        Files.move(directory.resolve("model.safetensors"), directory.resolve("pytorch_model.bin"));
        String message = run("", "embed", "--model", directory.toString(), "a");
        assertTrue(message.startsWith("1 djlt embed: ") && message.contains("a pickle that runs code"), message);
        assertEquals(1, message.lines().count(), message);
    }
}
