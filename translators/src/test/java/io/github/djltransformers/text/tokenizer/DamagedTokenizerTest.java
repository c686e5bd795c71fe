package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.djltransformers.testing.Soak;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file is refused by one exception, or works: it neither ends the process nor takes long. */
class DamagedTokenizerTest {
    private static final int FILES = Soak.rounds(10_000);
    private static final long SLOW_NANOS = 10_000_000_000L;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "Tom asked 3 questions, didn't he?",
            "Größe 😀 <s></s>[SEP] 今天 e\u0301\u0323 \uFF1C/s\uFF1E\u0000");

    @TempDir
    Path directory;

    @Test
    @Tag(Soak.TAG)
    void isRefusedOrWorks() throws Exception {
        List<Path> directories = HuggingFaceParityTest.directories();
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < FILES; i++) {
            Path whole = directories.get(random.nextInt(directories.size()));
            List<Path> files = files(whole);
            Path damaged = files.get(random.nextInt(files.size()));
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                Path copy = directory.resolve(file.getFileName().toString());
                Files.write(copy, file.equals(damaged) ? damage(file, bytes, random) : bytes);
            }
            refused += refuses(whole.getFileName() + "/" + damaged.getFileName() + " in round " + i) ? 1 : 0;
            for (Path file : files) {
                Files.delete(directory.resolve(file.getFileName().toString()));
            }
        }
        assertTrue(refused > FILES / 4 && refused < FILES, "refused " + refused + " of " + FILES);
    }

    private boolean refuses(String what) {
        long start = System.nanoTime();
        for (SpecialText specialText : SpecialText.values()) {
            try (TextTokenizer tokenizer = TextTokenizer.open(directory, specialText)) {
                for (String text : TEXTS) {
                    int[] ids = tokenizer.encode(text, "b").ids();
                    tokenizer.decode(ids);
                    tokenizer.decodeWithSpecialTokens(ids);
                    tokenizer.encode(List.of(TextInput.of(text), TextInput.of("b")));
                }
                tokenizer.decode(0, 1, 2, 3, 5, 8, 13, 1000);
            } catch (MalformedModelException | IOException | IllegalStateException e) {
                assertTrue(e.getMessage().matches("(?s)(TextTokenizer|SentencePieceModel): .{10,}"), e::getMessage);
                return true;
            } catch (RuntimeException e) {
                fail(what, e);
            }
        }
        assertTrue(System.nanoTime() - start < SLOW_NANOS, what);
        return false;
    }

    private static List<Path> files(Path whole) throws IOException {
        try (Stream<Path> all = Files.list(whole)) {
            return all.filter(file -> !file.endsWith("io.json")).sorted().toList();
        }
    }

    private static byte[] damage(Path file, byte[] bytes, Random random) {
        if (file.toString().endsWith(".json") && random.nextInt(4) > 0) {
            JsonElement json = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                edit(json, random);
            }
            return json.toString().getBytes(StandardCharsets.UTF_8);
        }
        byte[] damaged = random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
        for (int edits = random.nextInt(8); edits >= 0 && damaged.length > 0; edits--) {
            // The beginning of a file says more than its rest.
            int place = random.nextBoolean()
                    ? random.nextInt(Math.min(200, damaged.length))
                    : random.nextInt(damaged.length);
            damaged[place] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    /** Replaces, removes or repeats one value somewhere; the shallow ones oftener. */
    private static void edit(JsonElement json, Random random) {
        JsonElement at = json;
        while (true) {
            List<Object> places = new ArrayList<>();
            if (at instanceof JsonObject object) {
                places.addAll(object.keySet());
            } else if (at instanceof JsonArray array) {
                for (int i = 0; i < array.size(); i++) {
                    places.add(i);
                }
            }
            if (places.isEmpty()) {
                return;
            }
            Object place = places.get(random.nextInt(places.size()));
            JsonElement child = place instanceof String key
                    ? at.getAsJsonObject().get(key)
                    : at.getAsJsonArray().get((Integer) place);
            boolean leaf = !(child instanceof JsonObject) && !(child instanceof JsonArray);
            if (leaf || random.nextInt(6) == 0) {
                JsonElement other = other(random, child);
                if (place instanceof String key) {
                    if (random.nextInt(5) == 0) {
                        at.getAsJsonObject().remove(key);
                    } else {
                        at.getAsJsonObject().add(key, other);
                    }
                } else if (random.nextInt(5) == 0) {
                    at.getAsJsonArray().remove((int) (Integer) place);
                } else {
                    at.getAsJsonArray().set((Integer) place, other);
                }
                return;
            }
            at = child;
        }
    }

    private static JsonElement other(Random random, JsonElement before) {
        return switch (random.nextInt(14)) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(-1);
            case 2 -> new JsonPrimitive(0);
            case 3 -> new JsonPrimitive(1L << 31);
            case 4 -> new JsonPrimitive(1e300);
            case 5 -> new JsonPrimitive(0.5);
            case 6 -> new JsonPrimitive("");
            case 7 -> new JsonPrimitive("x");
            case 8 -> new JsonPrimitive("▁ é😀".repeat(1 + random.nextInt(40)));
            case 9 -> new JsonPrimitive(random.nextBoolean());
            case 10 -> new JsonObject();
            case 11 -> new JsonArray();
            case 12 -> {
                JsonArray twice = new JsonArray();
                twice.add(before.deepCopy());
                twice.add(before.deepCopy());
                yield twice;
            }
            default -> new JsonPrimitive(random.nextInt(3000));
        };
    }
}
