package io.github.djltransformers.text.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces, put together, are what all tokens decode to at once. */
class TextPiecesTest {
    static final String ODD = "Grüße 😀👨‍👩‍👧 naïve: don't stop , \"won't\" 你好 ' it 's  done .\n\tEnd🇩🇪 é ½ ♥";

    private static Path directory(String name) throws URISyntaxException {
        return Path.of(TextPiecesTest.class.getResource("/tokenizers/" + name).toURI());
    }

    private static List<String> pieces(TextTokenizer tokenizer, int[] before, int... ids) {
        TextPieces pieces = new TextPieces(tokenizer, before);
        List<String> all = new ArrayList<>();
        for (int id : ids) {
            all.add(pieces.add(id));
        }
        all.add(pieces.end());
        for (String piece : all) {
            assertTrue(piece.isEmpty() || !Character.isLowSurrogate(piece.charAt(0)), piece);
            assertTrue(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)), piece);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2_bpe",
                "json_llama3",
                "json_qwen2",
                "llama_spm",
                "llama_spm_legacy",
                "m2m_spm",
                "marian_spm",
                "mbart_spm",
                "t5_spm",
                "bert_cased",
                "bert_wordpiece",
                "roberta_bpe",
                "xlmr_spm"
            })
    void piecesAreTheText(String name) throws Exception {
        Random random = new Random(5);
        try (TextTokenizer tokenizer = TextTokenizer.open(directory(name), SpecialText.PARSED)) {
            for (int round = 0; round < 60; round++) {
                int[] ids = round == 0
                        ? tokenizer.encode(ODD).ids()
                        : random.ints(30, 0, tokenizer.vocabularySize()).toArray();
                assertEquals(tokenizer.decode(ids), String.join("", pieces(tokenizer, new int[0], ids)), name);
                for (int cut : new int[] {1, 2, 7}) {
                    int[] before = Arrays.copyOf(ids, cut);
                    String beginning = tokenizer.decode(before);
                    String whole = tokenizer.decode(ids);
                    String joined =
                            String.join("", pieces(tokenizer, before, Arrays.copyOfRange(ids, cut, ids.length)));
                    // Where the beginning ends within a character or before a mark, its own text is not that of the
                    // whole.
                    if (whole.startsWith(beginning)) {
                        assertEquals(whole, beginning + joined, name);
                    }
                }
            }
        }
    }

    @Test
    void aCharacterOfSeveralTokensComesOnceAndWhole() throws Exception {
        for (String name : List.of("gpt2_bpe", "json_llama3", "llama_spm", "json_qwen2")) {
            try (TextTokenizer tokenizer = TextTokenizer.open(directory(name))) {
                int[] ids = tokenizer.encode("a 😀 b").ids();
                List<String> pieces = pieces(tokenizer, new int[0], ids);
                assertEquals(
                        1, pieces.stream().filter(piece -> piece.contains("😀")).count(), name);
                assertFalse(String.join("", pieces).contains("\uFFFD"), name);
                assertTrue(ids.length > 4, name);
            }
        }
    }

    @Test
    void halfACharacterAtTheEndIsNotLost() throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.open(directory("gpt2_bpe"))) {
            int[] ids = tokenizer.encode("a😀").ids();
            int[] half = Arrays.copyOf(ids, ids.length - 1);
            List<String> pieces = pieces(tokenizer, new int[0], half);
            assertEquals(tokenizer.decode(half), String.join("", pieces));
            assertTrue(pieces.get(pieces.size() - 1).contains("\uFFFD"));
        }
    }
}
