package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CharacterBpeTest {
    private static final String CHARACTERS = "abcdeeenäöüß' ''  .,!?$+1234sstrevmlld\t\nÄé";
    private static final List<String> TRAINING = drawn(3, 300, CHARACTERS);
    private static final List<String> OTHERS = drawn(5, 300, CHARACTERS + "€—xyzQ<>日😀\u2003\u0308");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = "BYTE_LEVEL", mode = EnumSource.Mode.EXCLUDE)
    void theFileEncodesWhatTheMergesSay(BpeAlphabet alphabet) throws IOException, MalformedModelException {
        BpeModel model = train(alphabet, 450, TRAINING);
        assertTrue(
                model.merges().size() > 100,
                "too few merges to tell: " + model.merges().size());
        try (TextTokenizer tokenizer = open(model)) {
            for (String text : OTHERS) {
                assertEquals(reference(model, text), tokens(tokenizer, text), text);
            }
        }
    }

    @Test
    void bytesSpellWhatTheAlphabetLacks() throws IOException, MalformedModelException {
        BpeModel model = train(BpeAlphabet.CHARACTERS_OR_BYTES, 450, TRAINING);
        try (TextTokenizer tokenizer = open(model)) {
            assertEquals(List.of("▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"), tokens(tokenizer, "😀"));
            for (String text : OTHERS) {
                int[] ids = tokenizer.encode(text).ids();
                assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), tokenizer.decode(ids));
            }
        }
    }

    @Test
    void orTheUnknownTokenStandsForIt() throws IOException, MalformedModelException {
        BpeModel model = train(BpeAlphabet.CHARACTERS_OR_UNKNOWN, 300, TRAINING);
        try (TextTokenizer tokenizer = open(model)) {
            assertEquals(List.of("▁", "<unk>", "<unk>"), tokens(tokenizer, "😀日"));
            for (String text : TRAINING) {
                int[] ids = tokenizer.encode(text).ids();
                assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), tokenizer.decode(ids));
            }
        }
    }

    @Test
    void frequentCharactersJoinTheAlphabetAndRareOnesDoNot() {
        BpeModel model = train(BpeAlphabet.CHARACTERS_OR_UNKNOWN, 100, List.of("bab", "bac", "bdd"));
        // b 4 times, then a and d twice each, in this order by code point; c once.
        assertEquals(List.of("▁", "b", "a", "d"), model.tokens().subList(4, 8));
        assertFalse(model.tokens().contains("c"));
        BpeModel small = train(BpeAlphabet.CHARACTERS_OR_UNKNOWN, 7, List.of("bab", "bac", "bdd"));
        assertEquals(List.of("<pad>", "<unk>", "<s>", "</s>", "▁", "b", "a"), small.tokens());
    }

    @Test
    void noMergeCrossesACharacterOutsideTheAlphabet() {
        BpeModel model = train(BpeAlphabet.CHARACTERS_OR_UNKNOWN, 100, List.of("xa1ax", "xa2ax", "xa3ax"));
        assertEquals(List.of(new BpeMerge("▁", "x"), new BpeMerge("a", "x"), new BpeMerge("▁x", "a")), model.merges());
    }

    @Test
    void namesOfBytesAreNeverLearnt() {
        BpeModel model = train(BpeAlphabet.CHARACTERS_OR_BYTES, 600, List.of("<0xFF> <0xFF> x0xFF <0xFF>", "<0xFF>"));
        assertEquals(model.tokens().size(), model.tokens().stream().distinct().count());
        for (BpeMerge merge : model.merges()) {
            assertFalse(merge.result().matches("<0x..>"), merge.toString());
        }
    }

    @Test
    void theVocabularyMustHoldTheBytes() {
        assertEquals(
                "BpeTrainerConfig: vocabularySize must be at least 261 (special tokens and CHARACTERS_OR_BYTES alphabet),"
                        + " got 100",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new BpeTrainerConfig(100, 2, BpeAlphabet.CHARACTERS_OR_BYTES))
                        .getMessage());
    }

    /** Word borders by a scanner, merges by {@link ReferenceBpe}. */
    private static List<String> reference(BpeModel model, String text) {
        List<String> tokens = new ArrayList<>();
        ReferenceBpe merging = new ReferenceBpe(model);
        for (String word : words(text)) {
            List<String> symbols =
                    word.codePoints().mapToObj(Character::toString).toList();
            for (String token : merging.merge(symbols)) {
                if (model.tokens().contains(token)) {
                    tokens.add(token);
                } else if (model.alphabet() == BpeAlphabet.CHARACTERS_OR_UNKNOWN) {
                    tokens.add("<unk>");
                } else {
                    for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
                        tokens.add("<0x%02X>".formatted(b));
                    }
                }
            }
        }
        return tokens;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        if (!text.isEmpty()) {
            String marked =
                    "▁" + Normalizer.normalize(text, Normalizer.Form.NFC).replace(' ', '▁');
            int[] points = marked.codePoints().toArray();
            int first = 0;
            for (int i = 1; i <= points.length; i++) {
                if (i == points.length || points[i] == '▁' || isMark(points[i]) != isMark(points[i - 1])) {
                    words.add(new String(points, first, i - first));
                    first = i;
                }
            }
        }
        return words;
    }

    private static boolean isMark(int point) {
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> point < 128 && point > 32 && point != 127 && !Character.isLetterOrDigit(point);
        };
    }

    private TextTokenizer open(BpeModel model) throws IOException, MalformedModelException {
        model.save(directory.resolve("tokenizer.json"));
        return TextTokenizer.open(directory);
    }

    private static List<String> tokens(TextTokenizer tokenizer, String text) {
        return tokenizer.encode(text).tokens();
    }

    private static BpeModel train(BpeAlphabet alphabet, int vocabularySize, List<String> texts) {
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(vocabularySize, 2, alphabet));
        trainer.addAll(texts);
        return trainer.train();
    }

    private static List<String> drawn(long seed, int count, String characters) {
        Random random = new Random(seed);
        int[] points = characters.codePoints().toArray();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
