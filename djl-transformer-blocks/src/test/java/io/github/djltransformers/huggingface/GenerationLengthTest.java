package io.github.djltransformers.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.decode.GenerationConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long {@code generation_config.json} lets a sequence grow: with its prompt, or without. */
class GenerationLengthTest {
    private static final int NONE = GenerationConfig.NO_LIMIT;

    @TempDir
    private Path directory;

    private void check(int maxNewTokens, int maxLength, String file, String wishes) throws Exception {
        Files.writeString(directory.resolve(GenerationConfigJson.FILE), file);
        GenerationConfig config = GenerationConfigJson.read(directory, (JsonObject) JsonParser.parseString(wishes));
        assertEquals(maxNewTokens, config.maxNewTokens());
        assertEquals(maxLength, config.maxLength());
    }

    @Test
    void newTokensGoBeforeLength() throws Exception {
        check(20, NONE, "{}", "{}");
        check(20, NONE, "{\"max_length\": 20}", "{}");
        check(NONE, 512, "{\"max_length\": 512}", "{}");
        check(64, NONE, "{\"max_length\": 512}", "{\"max_new_tokens\": 64}");
        check(7, NONE, "{\"max_length\": 512, \"max_new_tokens\": 7}", "{}");
        check(NONE, 30, "{\"max_new_tokens\": 7}", "{\"max_length\": 30, \"max_new_tokens\": null}");
    }
}
