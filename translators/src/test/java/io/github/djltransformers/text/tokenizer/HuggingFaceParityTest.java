package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.checkpoint.TokenRole;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each directory gives what Hugging Face transformers 4.57.6 gave with it. */
class HuggingFaceParityTest {
    private static final int DIRECTORIES = 23;

    static List<Path> directories() throws IOException, URISyntaxException {
        try (Stream<Path> all = Files.list(
                Path.of(HuggingFaceParityTest.class.getResource("/tokenizers").toURI()))) {
            List<Path> directories = all.filter(Files::isDirectory).sorted().toList();
            assertEquals(DIRECTORIES, directories.size());
            return directories;
        }
    }

    @ParameterizedTest
    @MethodSource("directories")
    void equals(Path directory) throws Exception {
        JsonObject expected = JsonParser.parseString(Files.readString(directory.resolve("io.json")))
                .getAsJsonObject();
        Differences differences = new Differences();
        try (TextTokenizer tokenizer = TextTokenizer.open(directory, SpecialText.PARSED)) {
            expected.getAsJsonArray("cases").forEach(row -> compareCase(tokenizer, row.getAsJsonObject(), differences));
            expected.getAsJsonArray("pairs").forEach(row -> comparePair(tokenizer, row.getAsJsonObject(), differences));
            for (JsonElement row : expected.getAsJsonArray("decode")) {
                JsonObject object = row.getAsJsonObject();
                int[] ids = ints(object.get("ids"));
                differences.check("decoded", object, object.get("decoded"), tokenizer.decode(ids));
                differences.check(
                        "decoded_keep", object, object.get("decoded_keep"), tokenizer.decodeWithSpecialTokens(ids));
            }
            String targetLanguage =
                    expected.has("targets_lang") ? expected.get("targets_lang").getAsString() : null;
            for (JsonElement row : rows(expected, "targets")) {
                JsonObject object = row.getAsJsonObject();
                TextInput target = TextInput.of(object.get("text").getAsString())
                        .asTarget()
                        .in(targetLanguage);
                differences.check(
                        "ids",
                        object,
                        object.get("ids_special"),
                        tokenizer.encode(target).ids());
                differences.check(
                        "bare ids",
                        object,
                        object.get("ids"),
                        tokenizer.encode(target.withoutFrame()).ids());
            }
            for (JsonElement row : rows(expected, "languages")) {
                JsonObject object = row.getAsJsonObject();
                String language = object.get("lang").getAsString();
                TextInput source = TextInput.of("Hello, Tom.").in(language);
                TextInput target = TextInput.of("Hallo, Tom.").asTarget().in(language);
                differences.check(
                        "source",
                        object,
                        object.get("ids_special"),
                        tokenizer.encode(source).ids());
                differences.check(
                        "target",
                        object,
                        object.get("target_ids"),
                        tokenizer.encode(target).ids());
                assertEquals(
                        object.get("forced_bos_token_id").getAsInt(),
                        tokenizer.languages().id(language));
            }
            for (JsonElement row : rows(expected, "chat")) {
                JsonObject object = row.getAsJsonObject();
                List<ChatMessage> messages = object.getAsJsonArray("messages").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(each -> new ChatMessage(
                                each.get("role").getAsString(),
                                each.get("content").getAsString()))
                        .toList();
                boolean answering = object.get("add_generation_prompt").getAsBoolean();
                differences.check(
                        "rendered", object, object.get("rendered"), tokenizer.renderChat(messages, answering));
                differences.check("ids", object, object.get("ids"), tokenizer.encodeChat(messages, answering));
            }
            compareReference(tokenizer, expected.getAsJsonObject("reference"));
        }
        assertTrue(differences.found.isEmpty(), differences::toString);
        assertTrue(differences.compared > 200, () -> "compared " + differences.compared);
    }

    private static void compareCase(TextTokenizer tokenizer, JsonObject row, Differences differences) {
        String text = row.get("text").getAsString();
        TokenizedText framed = tokenizer.encode(text);
        TokenizedText bare = tokenizer.encode(TextInput.of(text).withoutFrame());
        differences.check("ids", row, row.get("ids_special"), framed.ids());
        differences.check("bare ids", row, row.get("ids"), bare.ids());
        differences.check("decoded", row, row.get("decoded"), tokenizer.decode(framed.ids()));
        if (row.has("decoded_keep")) {
            differences.check(
                    "decoded_keep", row, row.get("decoded_keep"), tokenizer.decodeWithSpecialTokens(framed.ids()));
        }
        if (row.has("offsets")) {
            int[] expected = ints(row.get("offsets"));
            int[] places = IntStream.range(0, expected.length)
                    .map(i -> text.offsetByCodePoints(0, expected[i]))
                    .toArray();
            differences.check("offsets", row, json(places), offsets(framed));
        }
        assertEquals(0, Arrays.stream(framed.types()).sum());
    }

    private static void comparePair(TextTokenizer tokenizer, JsonObject row, Differences differences) {
        String text = row.get("text").getAsString();
        String pair = row.get("pair").getAsString();
        TokenizedText both = tokenizer.encode(text, pair);
        differences.check("ids", row, row.get("ids"), both.ids());
        if (row.has("type_ids")) {
            differences.check("types", row, row.get("type_ids"), both.types());
        }
        if (row.has("offsets")) {
            int[] expected = ints(row.get("offsets"));
            int[] places = IntStream.range(0, expected.length)
                    .map(i -> expected[i] == 0
                            ? 0
                            : (both.sequence(i / 2) == 1 ? pair : text).offsetByCodePoints(0, expected[i]))
                    .toArray();
            differences.check("offsets", row, json(places), offsets(both));
        }
    }

    private static void compareReference(TextTokenizer tokenizer, JsonObject reference) {
        for (Map.Entry<String, JsonElement> entry :
                reference.getAsJsonObject("special_ids").entrySet()) {
            TokenRole role = Arrays.stream(TokenRole.values())
                    .filter(each -> each.key().equals(entry.getKey()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(OptionalInt.of(entry.getValue().getAsInt()), tokenizer.id(role), entry.getKey());
        }
        for (TokenRole role : TokenRole.values()) {
            assertEquals(
                    reference.getAsJsonObject("special_ids").has(role.key()),
                    tokenizer.id(role).isPresent(),
                    role.key());
        }
        JsonElement maxLength = reference.get("model_max_length");
        assertEquals(
                maxLength instanceof JsonNull ? OptionalInt.empty() : OptionalInt.of(maxLength.getAsInt()),
                tokenizer.maxLength());
    }

    private static JsonArray rows(JsonObject expected, String key) {
        return expected.has(key) ? expected.getAsJsonArray(key) : new JsonArray();
    }

    private static int[] offsets(TokenizedText text) {
        return IntStream.range(0, text.length())
                .flatMap(i -> IntStream.of(text.start(i), text.end(i)))
                .toArray();
    }

    private static int[] ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static JsonArray json(int[] values) {
        JsonArray array = new JsonArray();
        Arrays.stream(values).forEach(array::add);
        return array;
    }

    /** What is not as it should be. */
    private static final class Differences {
        private final List<String> found = new ArrayList<>();
        private int compared;

        void check(String what, JsonObject row, JsonElement expected, Object actual) {
            compared++;
            String wanted = expected.isJsonArray() ? Arrays.toString(ints(expected)) : expected.getAsString();
            String got = actual instanceof int[] ids ? Arrays.toString(ids) : (String) actual;
            if (!wanted.equals(got)) {
                JsonElement name = row.has("text") ? row.get("text") : row;
                found.add(what + " of " + name + "\n  expected " + wanted + "\n  actual   " + got);
            }
        }

        @Override
        public String toString() {
            return found.size() + " of " + compared + " differ\n"
                    + String.join("\n", found.subList(0, Math.min(12, found.size())));
        }
    }
}
