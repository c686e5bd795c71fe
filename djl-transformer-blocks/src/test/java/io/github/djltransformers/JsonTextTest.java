package io.github.djltransformers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
    @Test
    void valuesAreReadAsWritten() throws MalformedModelException {
        JsonObject json = parse("{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\\ud83d\\ude00\"], \"b\": {}}");
        assertEquals(-2500, json.getAsJsonArray("a").get(1).getAsDouble());
        assertEquals("xé😀", json.getAsJsonArray("a").get(4).getAsString());
        assertTrue(json.getAsJsonArray("a").get(3).isJsonNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1 | got a text that ends too early at line 1 column 8 path $.a",
                "{\"a\": 1, \"a\": 2} | got the key 'a' twice",
                "{'a': 1} | got something else at line 1 column 3",
                "{\"a\": 01} | got something else",
                "{\"a\": NaN} | got something else",
                "{\"a\": 1e400} | got a number that no double holds",
                "{\"a\": 1e99999} | got a number that no double holds",
                "{\"a\": \"\\ud800\"} | got half of a surrogate pair",
                "{} {} | got something else at line 1 column 5",
                "[1] | must hold a JSON object, got another value"
            })
    void whatIsWrongIsSaidWithItsPlace(String text, String said) {
        Throwable refused = assertThrows(MalformedModelException.class, () -> parse(text));
        assertTrue(refused.getMessage().startsWith("Owner: source must "), refused::getMessage);
        assertTrue(refused.getMessage().contains(said), refused::getMessage);
    }

    @Test
    void marksAndDepthAreRefused() {
        assertTrue(assertThrows(MalformedModelException.class, () -> parse("\uFEFF{}"))
                .getMessage()
                .contains("a byte order mark before it"));
        String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        assertTrue(assertThrows(MalformedModelException.class, () -> parse(deep))
                .getMessage()
                .contains("more than 100 levels"));
    }

    @Test
    void onlyFilesOfSomeSizeAndUtf8AreRead(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("a"), "{\"é\": 1}".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                "Owner: " + file + " must be UTF-8, got other bytes after 2",
                assertThrows(MalformedModelException.class, () -> JsonText.readObject("Owner", file, 100))
                        .getMessage());
        assertEquals(
                "Owner: " + file + " must have at most 4 bytes, got 8",
                assertThrows(MalformedModelException.class, () -> JsonText.readObject("Owner", file, 4))
                        .getMessage());
        Path device = Path.of("/dev/zero");
        assertTrue(assertThrows(IOException.class, () -> JsonText.readObject("Owner", device, 100))
                .getMessage()
                .contains("it is a pipe, a device or a socket"));
    }

    private static JsonObject parse(String text) throws MalformedModelException {
        return JsonText.parseObject("Owner", "source", text);
    }
}
