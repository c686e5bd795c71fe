package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.zoo.task.TaskCheckpoint;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    /** A model with several heads tells all of them: the class, then each slot with its place, then an empty line. */
    @Test
    void classifyAndTagPrintAllHeads() throws Exception {
        String request = "play some jazz by Miles";
        String told = run("", "classify", "--model", "en-intents", request);
        assertTrue(
                told.matches(
                        "PlayMusic 0\\.9\\d{3}\\R10\t14\tgenre\t0\\.\\d{4}\tjazz\\R18\t23\tartist\t0\\.\\d{4}\tMiles\\R\\R"),
                told);
        String slots = told.substring(told.indexOf('\n') + 1);
        assertEquals(slots, run("", "tag", "--model", "en-intents", request));
        JsonObject object = json(run("", "classify", "--json", "--model", "en-intents", request));
        assertEquals(2, object.getAsJsonArray("entities").size());
        assertEquals(
                "PlayMusic",
                object.getAsJsonArray("classes")
                        .get(0)
                        .getAsJsonObject()
                        .get("label")
                        .getAsString());
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

    @Test
    void generateWritesPromptsOn() throws Exception {
        Path model = TaskCheckpoint.copy("llama", temporary);
        String[] arguments = {"generate", "--max-new-tokens", "9", "--model", model.toString()};
        Map<String, Object> nine = Map.of("maxNewTokens", 9);
        String paris = TaskCheckpoint.predict(model, "the paris", String.class, "PyTorch", nine);
        String where = TaskCheckpoint.predict(model, "where", String.class, "PyTorch", nine);
        assertEquals("the paris" + paris + "\nwhere" + where + "\n", run("", with(arguments, "the paris", "where")));
        assertEquals(paris + "\n" + where + "\n", run("the paris\nwhere\n", with(arguments, "--new-only")));
        JsonObject object = json(run("", with(arguments, "--json", "the paris")));
        assertEquals("the paris", object.get("prompt").getAsString());
        assertEquals(paris, object.get("text").getAsString());
        assertEquals("length", object.get("finish_reason").getAsString());
        assertEquals(9, object.getAsJsonArray("tokens").size());
        assertTrue(object.get("log_probability").getAsDouble() < 0);
        assertEquals(
                TaskCheckpoint.predict(
                                model,
                                "where",
                                String.class,
                                "PyTorch",
                                Map.of("maxNewTokens", 9, "beam", 3, "noRepeatNgramSize", 2, "repetitionPenalty", 1.5))
                        + "\n",
                run(
                        "",
                        with(
                                arguments,
                                "--new-only",
                                "--beam=3",
                                "--no-repeat-ngram=2",
                                "--repetition-penalty=1.5",
                                "where")));
        String noTemplate = run("", with(arguments, "--chat", "where"));
        assertTrue(
                noTemplate.startsWith("1 djlt generate: TextTokenizer: directory must hold a chat template"),
                noTemplate);
        assertTrue(run("", with(arguments, "--system=Be brief", "where"))
                .startsWith("2 djlt generate: --system must be given with --chat"));
        Files.writeString(
                model.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"BertTokenizer\", \"chat_template\": \"{% for m in messages %}{{ m['content'] }} !"
                        + " {% endfor %}\"}");
        ChatMessage[] messages = {new ChatMessage("system", "the"), new ChatMessage("user", "where")};
        assertEquals(
                TaskCheckpoint.predict(model, messages, String.class, "PyTorch", nine) + "\n",
                run("", with(arguments, "--chat", "--system=the", "where")));
    }

    @Test
    void generateWritesWhatItIsToldTo() throws Exception {
        String[] arguments = {"generate", "--max-new-tokens=40", "--new-only", "--model=tiny-gpt"};
        String drawn = run("", with(arguments, "--temperature=0.8", "--top-k=20", "--seed=3", "ROMEO:"));
        assertEquals(drawn, run("", with(arguments, "--temperature=0.8", "--top-k=20", "--seed=3", "ROMEO:")));
        assertNotEquals(drawn, run("", with(arguments, "--temperature=0.8", "--top-k=20", "--seed=4", "ROMEO:")));
        String likeliest = run("", with(arguments, "ROMEO:"));
        assertNotEquals(drawn, likeliest);
        assertEquals(likeliest, run("", with(arguments, "--temperature=0.8", "--no-sample", "ROMEO:")));
        assertEquals(likeliest, run("", with(arguments, "--prompt-lookup=4", "ROMEO:")));
        assertTrue(run("", with(arguments, "--regex=a", "--choice=b", "x")).startsWith("2 "));
        Path model = TaskCheckpoint.copy("llama", temporary);
        Files.writeString(model.resolve("generation_config.json"), "{\"eos_token_id\": 3, \"max_new_tokens\": 20}");
        String[] told = {"generate", "--new-only", "--model=" + model, "where"};
        String choice = run("", with(told, "--choice=paris", "--choice=the"));
        assertTrue(List.of("paris", "the").contains(choice.strip()), choice);
        String number = run("", with(told, "--regex=[0-9]{2,3}!"));
        assertTrue(number.replace(" ", "").matches("[0-9]{2,3}!\n"), number);
        assertEquals(
                TaskCheckpoint.predict(model, "where", String.class, "PyTorch", Map.of("penaltyAlpha", 0.6, "topK", 4))
                        + "\n",
                run("", with(told, "--penalty-alpha=0.6", "--top-k=4")));
        assertTrue(
                run("", with(told, "--phrase=paris", "--phrase=what")).matches("(?s).*paris.*what.*|.*what.*paris.*"));
        Path schema = Files.writeString(temporary.resolve("schema.json"), "{\"type\": \"integer\", \"minimum\": 12}");
        String integer =
                run("", with(told, "--json-schema=" + schema)).replace(" ", "").strip();
        assertTrue(Integer.parseInt(integer) >= 12, integer);
        assertTrue(run("", with(arguments, "--draft=" + model, "x"))
                .startsWith("1 djlt generate: Generation: a draft model must have the vocabulary of 260 tokens"));
    }

    @Test
    void translateTakesCheckpoints() throws Exception {
        Path model = TaskCheckpoint.copy("t5", temporary);
        Map<String, Object> wishes =
                Map.of("maxNewTokens", 9, "beam", 2, "sourceLanguage", "en", "targetLanguage", "de");
        String expected = TaskCheckpoint.predict(model, "the paris", String.class, "PyTorch", wishes);
        String[] arguments = {"translate", "--model", model.toString(), "--max-length=9", "--from=en", "--to=de"};
        assertEquals(expected + "\n\n", run("the paris\n\n", with(arguments, "--beam=2")));
        assertEquals(
                2,
                run("", with(arguments, "--beam=2", "--n-best=2", "--scores", "the paris"))
                        .lines()
                        .count());
        assertTrue(run("", with(arguments, "--n-best=2", "the paris"))
                .startsWith("1 djlt translate: GenerationConfig: nBest must be in [1, beams = 1], got 2"));
        assertTrue(
                run("", "translate", "--model", model.toString(), "--to=xx", "the")
                        .startsWith(
                                "1 djlt translate: CheckpointTranslatorFactory: sourceLanguage must be a language, such as en"));
    }

    @Test
    void exportTakesCheckpoints() throws Exception {
        Path model = TaskCheckpoint.copy("llama", temporary);
        Path target = temporary.resolve("llama.pt");
        assertEquals("", run("", "export", "--format", "torchscript", model.toString(), target.toString()));
        assertTrue(Files.size(target) > 10_000);
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }
}
