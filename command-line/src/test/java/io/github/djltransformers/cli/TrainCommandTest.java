package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aRunLeavesItsModelItsWorthAndItsCurves() throws Exception {
        try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(folder.resolve("text.txt.gz")))) {
            stream.write(
                    "to be or not to be, that is the question.\n".repeat(120).getBytes(StandardCharsets.UTF_8));
        }
        Path recipe = folder.resolve("recipe.json");
        try (InputStream resource = TrainCommandTest.class.getResourceAsStream("/recipe/tiny-language-model.json")) {
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    recipe, text.replace("\"steps\": 150", "\"steps\": 20").replaceAll("_every\": 50", "_every\": 10"));
        }
        Path output = folder.resolve("out");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Djlt.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        assertEquals(
                0,
                command.execute("train", recipe.toString(), "--data", folder.toString(), "--output", output.toString()),
                err::toString);
        assertEquals(output.resolve("model").toString(), out.toString().strip());
        assertEquals(900, ImageIO.read(output.resolve("train.png").toFile()).getWidth());
        assertTrue(Files.readString(output.resolve("result.json")).contains("\"nllLow\""));
        assertTrue(Files.exists(output.resolve("model/model.safetensors")));
    }
}
