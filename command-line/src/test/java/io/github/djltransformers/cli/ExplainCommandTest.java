package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page of attention holds every layer and head, and nothing from elsewhere. */
class ExplainCommandTest {
    private static final Pattern DATA = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*)</script>");

    @Test
    void thePageHoldsAllThatIsLookedAt(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("page.html");
        int status = Djlt.commandLine(CommandLine.defaultFactory())
                .execute("explain", "My </script> father works in a city.", "--output", page.toString());
        assertEquals(0, status);
        String html = Files.readString(page);
        assertFalse(html.contains("http"), "nothing is fetched");
        Matcher matcher = DATA.matcher(html);
        assertTrue(matcher.find());
        JsonObject data = JsonParser.parseString(matcher.group(1)).getAsJsonObject();
        assertTrue(data.get("title").getAsString().startsWith("My </script> father works in a city. \u2192 "));
        int source = data.getAsJsonArray("source").size();
        int read = data.getAsJsonArray("read").size();
        assertEquals("<s>", data.getAsJsonArray("read").get(0).getAsString());
        assertEquals("</s>", data.getAsJsonArray("written").get(read - 1).getAsString());
        assertEquals(
                data.getAsJsonArray("written").get(0),
                data.getAsJsonArray("read").get(1));
        check(data.getAsJsonArray("encoder"), 4, source, source);
        check(data.getAsJsonArray("decoder"), 2, read, read);
        check(data.getAsJsonArray("cross"), 2, read, source);
    }

    private static void check(JsonArray layers, int count, int rows, int columns) {
        assertEquals(count, layers.size());
        for (JsonElement layer : layers) {
            assertEquals(6, layer.getAsJsonArray().size());
            for (JsonElement head : layer.getAsJsonArray()) {
                assertEquals(rows, head.getAsJsonArray().size());
                for (JsonElement row : head.getAsJsonArray()) {
                    double sum = 0;
                    for (JsonElement weight : row.getAsJsonArray()) {
                        sum += weight.getAsDouble();
                    }
                    assertEquals(columns, row.getAsJsonArray().size());
                    assertEquals(1, sum, 0.02);
                }
            }
        }
    }
}
