package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The log for machines: one JSON object a line, each with its step. */
final class TrainingLog {
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private final Path file;

    /** Opens the log and drops the lines after a step, which a killed run may have written beyond its last checkpoint. */
    TrainingLog(Path file, int step) throws IOException {
        this.file = file;
        List<String> kept = new ArrayList<>();
        if (Files.exists(file)) {
            // What a disk lost may be no UTF-8; such a line is dropped like any other that is not whole.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (isWholeAndUpTo(line, step)) {
                    kept.add(line);
                }
            }
        }
        ReplacedFile.writeText(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
    }

    /** A kill can leave half a line at the end, or zeros where a disk lost what it had taken. */
    private static boolean isWholeAndUpTo(String line, int step) {
        try {
            JsonElement at = JsonText.parseObject("TrainingLog", "line", line).get("step");
            return at instanceof JsonPrimitive number && number.isNumber() && number.getAsDouble() <= step;
        } catch (MalformedModelException e) {
            return false;
        }
    }

    void add(Map<String, Object> entry) throws IOException {
        try {
            Files.writeString(file, GSON.toJson(entry) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IOException(
                    Text.format("TrainingLog: %s must be writable and its disk have room, got: %s", file, e), e);
        }
    }
}
