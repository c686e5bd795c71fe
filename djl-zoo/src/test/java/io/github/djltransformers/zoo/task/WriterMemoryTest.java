package io.github.djltransformers.zoo.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.MemoryTrace;
import io.github.djltransformers.testing.Soak;
import io.github.djltransformers.text.generate.TextStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What writes leaves nothing behind: over many short texts, and within a long one. */
@Tag(Soak.TAG)
class WriterMemoryTest {
    private static final int TEXTS = Soak.rounds(500);
    private static final int LENGTH = Math.max(200, Soak.rounds(2000));

    @TempDir
    Path temporary;

    @EngineTest
    void manyShortTexts(String engine) throws Exception {
        for (String name : List.of("llama", "t5")) {
            Path directory = TaskCheckpoint.copy(name, temporary);
            try (ZooModel<String, String> model = TaskCheckpoint.load(
                            directory, String.class, String.class, engine, Map.of("maxNewTokens", 20));
                    Predictor<String, String> predictor = model.newPredictor()) {
                MemoryTrace trace = new MemoryTrace(model.getNDManager());
                for (int i = 0; i < TEXTS; i++) {
                    if (i % Math.max(1, TEXTS / 20) == 0) {
                        trace.look();
                    }
                    predictor.predict("where is paris");
                }
                trace.assertFlat();
            }
        }
    }

    @EngineTest
    void oneLongText(String engine) throws Exception {
        for (String name : List.of("llama", "mistral")) {
            Path directory = TaskCheckpoint.copy(name, temporary);
            Path file = directory.resolve("config.json");
            JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            config.addProperty("max_position_embeddings", 4096);
            Files.writeString(file, config.toString());
            RandomCheckpoint.fill(directory, config.get("architectures").getAsString());
            try (ZooModel<String, TextStream> model = TaskCheckpoint.load(
                            directory,
                            String.class,
                            TextStream.class,
                            engine,
                            Map.of("maxNewTokens", LENGTH, "minNewTokens", LENGTH));
                    Predictor<String, TextStream> predictor = model.newPredictor()) {
                // MXNet's oneDNN keeps what it made for each length that it has seen, and each only once.
                predictor.predict("where is paris");
                MemoryTrace trace = new MemoryTrace(model.getNDManager());
                try (TextStream text =
                        predictor.streamingPredict("where is paris").getIterativeOutput()) {
                    assertEquals(LENGTH, read(text, trace));
                }
                trace.assertFlat();
            }
        }
    }

    /** The number of tokens; looks at the memory twenty times on the way. */
    private static int read(TextStream text, MemoryTrace trace) {
        int written = 0;
        while (text.hasNext()) {
            text.next();
            int now = text.text().tokens().size();
            if (now / (LENGTH / 20) > written / (LENGTH / 20) && now < LENGTH) {
                trace.look();
            }
            written = now;
        }
        return written;
    }
}
