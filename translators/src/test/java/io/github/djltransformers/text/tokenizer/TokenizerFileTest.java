package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Most of these files end the process where they reach the native tokenizer. */
class TokenizerFileTest {
    private static final String START = """
            {"added_tokens": [{"id": 3, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
              "normalized": false, "special": true}],
             "normalizer": NORMALIZER, "post_processor": PROCESSOR, "decoder": DECODER,
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": MERGES,
              "continuing_subword_prefix": PREFIX}}""";

    @TempDir
    Path directory;

    @Test
    void aWholeFileIsOpened() throws IOException, MalformedModelException {
        try (TextTokenizer tokenizer = TextTokenizer.open(file(START))) {
            assertEquals(2, tokenizer.encode("ab").ids()[0]);
            assertEquals(4, tokenizer.vocabularySize());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NORMALIZER | {'type': 'Precompiled', 'precompiled_charsmap': 'AAA='} | got fewer than 8 bytes",
                "NORMALIZER | {'type': 'Precompiled', 'precompiled_charsmap': 'QAAAAAAAAAA='} | got a trie of 64 bytes",
                "NORMALIZER | {'type': 'Precompiled', 'precompiled_charsmap': 'BAAAAAAAAAA='} | a node outside the trie",
                "NORMALIZER | {'type': 'Precompiled', 'precompiled_charsmap': '***'} | got no base64",
                "NORMALIZER | {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'} | be a text that is not empty",
                "NORMALIZER | {'type': 'Prepend', 'prepend': ''} | be a text that is not empty",
                "NORMALIZER | {'type': 'Sequence', 'normalizers': [{'type': 'Evil'}]} | be one of [BertNormalizer,",
                "NORMALIZER | 'NFC' | got no object",
                "DECODER | {'type': 'Strip', 'content': ' ', 'start': 0, 'stop': 1} | stop of Strip of decoder must be 0, got 1",
                "DECODER | {'type': 'Sequence', 'decoders': [{'type': 'Strip', 'content': ' ', 'start': 0, 'stop': 2}]} | got 2",
                "PROCESSOR | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>', 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | and tokens among []",
                "PROCESSOR | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B', 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | name sequences among [A]",
                "PROCESSOR | {'type': 'TemplateProcessing', 'single': [], 'pair': [], 'special_tokens': {'<s>': {'id': '<s>', 'ids': [], 'tokens': []}}} | have as many ids as tokens",
                "PREFIX | '##' | continue with the continuing_subword_prefix '##', got",
                "3 | 2147483648 | be a whole number from 0 to 2^31 - 2, got 2147483648",
                "3 | -1 | got -1",
                "'BPE' | 'GPT' | be one of [BPE, Unigram, WordLevel, WordPiece], got",
                "'decoder' | 'model' | must be JSON, got the key 'model' twice"
            })
    void aBrokenRuleIsNamed(String place, String value, String said) throws IOException {
        String text = START.replaceFirst(place.replace('\'', '"'), value.replace('\'', '"'));
        Throwable refused = assertThrows(MalformedModelException.class, () -> TextTokenizer.open(file(text)));
        assertTrue(refused.getMessage().contains(said), refused::getMessage);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        byte[] bytes = whole(START).replace("ab", "aé").getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(directory.resolve("tokenizer.json"), bytes);
        Throwable refused = assertThrows(MalformedModelException.class, () -> TextTokenizer.open(file));
        assertTrue(refused.getMessage().contains("must be UTF-8, got other bytes after"), refused::getMessage);
    }

    @Test
    void damagedFilesAreRefusedOrWork() throws IOException {
        byte[] good = whole(START).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int edits = random.nextInt(3); edits >= 0 && bytes.length > 0; edits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            Path file = Files.write(directory.resolve("tokenizer.json"), bytes);
            try (TextTokenizer tokenizer = TextTokenizer.open(file)) {
                tokenizer.decode(tokenizer.encode("ab ba").ids());
            } catch (MalformedModelException e) {
                refused++;
            }
        }
        assertTrue(refused > 400, "refused " + refused);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("tokenizer.json"), whole(text));
    }

    private static String whole(String text) {
        return text.replaceAll("NORMALIZER|PROCESSOR|DECODER|PREFIX", "null").replace("MERGES", "[\"a b\"]");
    }
}
