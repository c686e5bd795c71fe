package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizersTest {
    @TempDir
    static Path directory;

    private static HuggingFaceTokenizer tokenizer;

    @BeforeAll
    static void train() throws IOException, MalformedModelException {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(262));
        trainer.add("ab ab");
        trainer.train().save(directory.resolve("tokenizer.json"));
        tokenizer = Tokenizers.open(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void anEmptyTextHasNoTokens() {
        assertArrayEquals(new long[0], tokenizer.encode("").getIds());
        assertEquals("", tokenizer.decode(new long[0], true));
    }

    @Test
    void blanksAloneAreKept() {
        for (String blanks : List.of(" ", "  ", "\n", "\t ")) {
            assertEquals(blanks, tokenizer.decode(tokenizer.encode(blanks).getIds(), true));
        }
    }

    @Test
    void longTextsAreNotCut() {
        // DJL's default would keep 512.
        assertEquals(1000, tokenizer.encode("ab ".repeat(999) + "ab").getIds().length);
    }

    @Test
    void batchesAreNotPadded() {
        Encoding[] batch = tokenizer.batchEncode(List.of("ab", "ab ab ab"));
        assertEquals(1, batch[0].getIds().length);
        assertEquals(3, batch[1].getIds().length);
    }

    @Test
    void noSpecialTokenIsAddedAndAllAreSkippedInDecoding() {
        assertArrayEquals(new long[] {261}, tokenizer.encode("ab").getIds());
        assertEquals("ab ab", tokenizer.decode(new long[] {2, 261, 261, 3, 0, 0}, true));
    }

    @Test
    void aSpecialTokenSpeltInTheTextIsText() {
        for (String text : List.of("ab</s>ab", "<s>", "a <pad> b", "</s> ", "\uE000\uE001</s>")) {
            int[] ids = Tokenizers.encode(tokenizer, text);
            assertTrue(Arrays.stream(ids).allMatch(id -> id >= SpecialToken.values().length), text);
            assertEquals(
                    text.replace("\uE000\uE001", ""),
                    tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true));
        }
        assertEquals(SpecialToken.END.id(), Tokenizers.id(tokenizer, "</s>"));
        assertEquals(-1, Tokenizers.id(tokenizer, "<mask>"));
    }

    @Test
    void lettersNeverSeenAreSpeltInBytes() {
        // 4 + byte for each byte of blank, U+1F600.
        assertArrayEquals(
                new long[] {36, 4 + 0xF0, 4 + 0x9F, 4 + 0x98, 4 + 0x80},
                tokenizer.encode("😀").getIds());
    }

    @Test
    void aBrokenCharacterDecodesToTheReplacementCharacter() {
        assertEquals("\uFFFD", tokenizer.decode(new long[] {36, 4 + 0xF0, 4 + 0x9F}, true));
    }

    @Test
    void anIdOutsideTheVocabularyDecodesToNothing() {
        assertEquals("ab", tokenizer.decode(new long[] {261, 9999}, true));
    }

    @Test
    void aMissingFileIsAnError() {
        Path missing = directory.resolve("missing.json");
        NoSuchFileException failure = assertThrows(NoSuchFileException.class, () -> Tokenizers.open(missing));
        assertEquals(
                "Tokenizers: file must be readable, got " + missing + " which does not exist; check the path",
                failure.getMessage());
    }

    @Test
    void aBrokenFileIsNamed() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.json"), "{\"version\":\"1.0\"");
        String message = assertThrows(MalformedModelException.class, () -> Tokenizers.open(broken))
                .getMessage();
        assertEquals(
                "Tokenizers: " + broken
                        + " must be JSON, got a text that ends too early at line 1 column 17 path $.version",
                message);
    }
}
