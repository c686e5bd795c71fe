package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
    @TempDir
    static Path directory;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void train() throws IOException, MalformedModelException {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(262));
        trainer.add("ab ab");
        trainer.train().save(directory.resolve("tokenizer.json"));
        tokenizer = TextTokenizer.open(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void anEmptyTextHasNoTokens() {
        assertArrayEquals(new int[0], tokenizer.encode("").ids());
        assertEquals("", tokenizer.decode());
    }

    @Test
    void blanksAloneAreKept() {
        for (String blanks : List.of(" ", "  ", "\n", "\t ")) {
            assertEquals(blanks, tokenizer.decode(tokenizer.encode(blanks).ids()));
        }
    }

    @Test
    void longTextsAreNotCut() {
        // DJL's default would keep 512.
        assertEquals(1000, tokenizer.encode("ab ".repeat(999) + "ab").length());
    }

    @Test
    void batchesAreNotPadded() {
        List<TokenizedText> batch = tokenizer.encode(List.of(TextInput.of("ab"), TextInput.of("ab ab ab")));
        assertEquals(1, batch.get(0).length());
        assertEquals(3, batch.get(1).length());
    }

    @Test
    void noSpecialTokenIsAddedAndAllAreSkippedInDecoding() {
        assertArrayEquals(new int[] {261}, tokenizer.encode("ab").ids());
        assertEquals("ab ab", tokenizer.decode(2, 261, 261, 3, 0, 0));
    }

    @Test
    void aSpecialTokenSpeltInTheTextIsText() {
        for (String text : List.of("ab</s>ab", "<s>", "a <pad> b", "</s> ", "\uE000\uE001</s>")) {
            int[] ids = tokenizer.encode(text).ids();
            assertTrue(Arrays.stream(ids).allMatch(id -> id >= SpecialToken.values().length), text);
            assertEquals(text.replace("\uE000\uE001", "\uFFFD\uFFFD"), tokenizer.decode(ids));
        }
        assertEquals(OptionalInt.of(SpecialToken.END.id()), tokenizer.id("</s>"));
        assertEquals(OptionalInt.empty(), tokenizer.id("<mask>"));
    }

    @Test
    void lettersNeverSeenAreSpeltInBytes() {
        // 4 + byte for each byte of blank, U+1F600.
        assertArrayEquals(
                new int[] {36, 4 + 0xF0, 4 + 0x9F, 4 + 0x98, 4 + 0x80},
                tokenizer.encode("😀").ids());
    }

    @Test
    void aBrokenCharacterDecodesToTheReplacementCharacter() {
        assertEquals("\uFFFD", tokenizer.decode(36, 4 + 0xF0, 4 + 0x9F));
    }

    @Test
    void anIdOutsideTheVocabularyDecodesToNothing() {
        assertEquals("ab", tokenizer.decode(261, 9999));
    }

    @Test
    void aMissingFileIsAnError() {
        Path missing = directory.resolve("missing.json");
        NoSuchFileException failure = assertThrows(NoSuchFileException.class, () -> TextTokenizer.open(missing));
        assertEquals(
                "TextTokenizer: file must be readable, got " + missing + " which does not exist; check the path",
                failure.getMessage());
    }

    @Test
    void aBrokenFileIsNamed() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.json"), "{\"version\":\"1.0\"");
        String message = assertThrows(MalformedModelException.class, () -> TextTokenizer.open(broken))
                .getMessage();
        assertEquals(
                "TextTokenizer: " + broken
                        + " must be JSON, got a text that ends too early at line 1 column 17 path $.version",
                message);
    }
}
