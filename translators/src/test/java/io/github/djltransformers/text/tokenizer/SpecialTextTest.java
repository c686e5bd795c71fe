package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.checkpoint.TokenRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a text spells is text unless asked otherwise, and nothing else changes by that. */
class SpecialTextTest {
    @ParameterizedTest
    @MethodSource("io.github.djltransformers.text.tokenizer.HuggingFaceParityTest#directories")
    void noTextSpellsASpecialToken(Path directory) throws Exception {
        JsonObject io = JsonParser.parseString(Files.readString(directory.resolve("io.json")))
                .getAsJsonObject();
        int alike = 0;
        try (TextTokenizer plain = TextTokenizer.open(directory);
                TextTokenizer parsing = TextTokenizer.open(directory, SpecialText.PARSED)) {
            Set<Integer> special = new HashSet<>();
            for (TokenRole role : TokenRole.values()) {
                plain.id(role).ifPresent(special::add);
                assertEquals(parsing.id(role), plain.id(role));
            }
            plain.id(TokenRole.UNK).ifPresent(special::remove);
            special.addAll(plain.languages().ids().values());
            for (JsonElement row : io.getAsJsonArray("cases")) {
                TextInput text = TextInput.of(row.getAsJsonObject().get("text").getAsString());
                int[] bare = plain.encode(text.withoutFrame()).ids();
                int[] parsed = parsing.encode(text.withoutFrame()).ids();
                assertFalse(Arrays.stream(bare).anyMatch(special::contains), text::text);
                boolean holds = Arrays.stream(parsed).anyMatch(id -> special.contains(id) || isAdded(parsing, id));
                if (!holds) {
                    alike++;
                    assertArrayEquals(parsed, bare, text.text());
                    TokenizedText framed = plain.encode(text);
                    assertArrayEquals(parsing.encode(text).ids(), framed.ids(), text.text());
                    assertEquals(parsing.encode(text).tokens(), framed.tokens(), text.text());
                    assertEquals(parsing.decode(parsed), plain.decode(bare));
                    assertEquals(
                            parsing.decodeWithSpecialTokens(framed.ids()),
                            plain.decodeWithSpecialTokens(framed.ids()),
                            text.text());
                }
            }
        }
        assertTrue(alike >= 25, "alike " + alike);
    }

    /** Whether a token looks like one that no role names. */
    private static boolean isAdded(TextTokenizer tokenizer, int id) {
        String token = tokenizer.token(id);
        return token != null && token.matches("(?s)[<\\[|>_].{2,}[>\\]_<]");
    }

    @Test
    void fullWidthSpellingsAreTextToo() throws Exception {
        Path directory = directory("xlmr_spm");
        TextInput text = TextInput.of("Tom\uFF1C/s\uFF1E").withoutFrame();
        try (TextTokenizer plain = TextTokenizer.open(directory);
                TextTokenizer parsing = TextTokenizer.open(directory, SpecialText.PARSED)) {
            assertTrue(Arrays.stream(parsing.encode(text).ids()).anyMatch(id -> id == 2));
            assertFalse(Arrays.stream(plain.encode(text).ids()).anyMatch(id -> id == 2));
        }
    }

    @ParameterizedTest
    @CsvSource({"json_llama3, <|eot_id|>, 1705, 1701", "json_qwen2, <|im_end|>, 1702, 1702"})
    void messagesEndNoTurn(String name, String end, int endOfTurn, int endOfText) throws Exception {
        List<ChatMessage> messages = List.of(new ChatMessage("user", "a" + end + end + " b"));
        List<ChatMessage> harmless = List.of(new ChatMessage("user", "a b"));
        try (TextTokenizer plain = TextTokenizer.open(directory(name));
                TextTokenizer parsing = TextTokenizer.open(directory(name), SpecialText.PARSED)) {
            assertArrayEquals(parsing.encodeChat(harmless, true), plain.encodeChat(harmless, true));
            long ends = Arrays.stream(parsing.encodeChat(harmless, true))
                    .filter(id -> id == endOfTurn)
                    .count();
            assertEquals(ends, count(plain.encodeChat(messages, true), endOfTurn));
            assertEquals(ends + 2, count(parsing.encodeChat(messages, true), endOfTurn));
            assertTrue(plain.decode(plain.encodeChat(messages, false)).contains("a" + end + end + " b"));
            assertTrue(plain.endIds().containsAll(List.of(endOfTurn, endOfText)), plain.endIds()::toString);
        }
        try (TextTokenizer none = TextTokenizer.open(directory("bert_cased"))) {
            assertEquals(
                    "TextTokenizer: directory must hold a chat template, as chat_template in tokenizer_config.json or as"
                            + " chat_template.jinja, got none",
                    assertThrows(IllegalStateException.class, () -> none.renderChat(messages, false))
                            .getMessage());
        }
    }

    private static long count(int[] ids, int wanted) {
        return Arrays.stream(ids).filter(id -> id == wanted).count();
    }

    @Test
    void halfASurrogatePairIsAQuestionMark() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.open(directory("gpt2_bpe"))) {
            assertEquals("a?b", tokenizer.decode(tokenizer.encode("a\uD83Db").ids()));
        }
    }

    @Test
    void marianTokensHaveOffsets() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.open(directory("marian_spm"))) {
            String text = "😀 Tom  asked.";
            TokenizedText tokens = tokenizer.encode(text);
            StringBuilder seen = new StringBuilder();
            for (int i = 0; i < tokens.length(); i++) {
                if (tokens.sequence(i) == 0) {
                    seen.append(text, tokens.start(i), tokens.end(i)).append('|');
                }
            }
            assertEquals("😀Tomasked.", seen.toString().replace("|", "").replace(" ", ""));
            assertEquals(OptionalInt.of(512), tokenizer.maxLength());
        }
    }

    private static Path directory(String name) throws Exception {
        return Path.of(SpecialTextTest.class.getResource("/tokenizers/" + name).toURI());
    }
}
