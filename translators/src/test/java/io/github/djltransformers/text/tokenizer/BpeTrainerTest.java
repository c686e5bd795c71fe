package io.github.djltransformers.text.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
    private static final List<String> SENTENCES = List.of(
            "Weiß jemand, wo Tom ist?",
            "Die Äpfel kosten 3,50 € – oder 12 Stück für 40 €.",
            "I don't know what you're talking about; we'll see, won't we?",
            "He's said: \"That's 100 % mine!\"",
            "Zwei  Blanks,   drei    und mehr",
            " ein Blank vorn und hinten ",
            "   drei vorn",
            "Tab\tund\nZeile\r\nEnde\n",
            "Emoji 😀👩‍👩‍👧 und 🇩🇪, 日本語, Ελληνικά, عربى",
            "Zerlegt: Mu\u0308ller, a\u0301, \u1100\u1161",
            "geschütztes\u00a0Blank und\u2003Geviert\u3000breit",
            "½ Ⅻ ² ٣ 𝟘",
            "a",
            "'s",
            "'",
            "x'll 'tis ''re",
            "... --- !!! ???",
            "\u00ad\u007f\u0085 steuer\u0000zeichen",
            "aaaaaaaaaaaaaaaa aaaa aaa");

    @TempDir
    Path directory;

    @Test
    void mergesTheMostFrequentPairFirst() {
        // " l" 3, "lo" 3, "ow" 3, then "we" 2, "er" 2; ids order the ties: ' ' is byte 32, 'l' 108, 'o' 111.
        BpeModel model = train(260 + 5, "low lower", "lower");
        assertEquals(
                List.of(
                        new BpeMerge("Ġ", "l"),
                        new BpeMerge("o", "w"),
                        new BpeMerge("Ġl", "ow"),
                        new BpeMerge("e", "r"),
                        new BpeMerge("Ġlow", "er")),
                model.merges());
        assertEquals(List.of("Ġl", "ow", "Ġlow", "er", "Ġlower"), model.tokens().subList(260, 265));
    }

    @Test
    void countsWordsAsOftenAsTheyOccur() {
        // " b" 5 and "bc" 5 tie; ' ' has the lower id. "xy" 4 comes after both, " x" ties with it and wins by its id.
        BpeModel model = train(260 + 3, "bc bc bc xy", "bc xy xy", "bc xy");
        assertEquals(List.of(new BpeMerge("Ġ", "b"), new BpeMerge("Ġb", "c"), new BpeMerge("Ġ", "x")), model.merges());
    }

    @Test
    void stopsWhereNoPairIsFrequentEnough() {
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(1000, 3, BpeAlphabet.BYTE_LEVEL));
        trainer.add("ab ab ab cd cd");
        BpeModel model = trainer.train();
        assertEquals(List.of(new BpeMerge("Ġ", "a"), new BpeMerge("Ġa", "b")), model.merges());
        assertEquals(262, model.tokens().size());
    }

    /** A character of several bytes is one, and a blank is one. */
    @Test
    void tokensAreNoLongerThanAsked() {
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(400, 1, BpeAlphabet.BYTE_LEVEL, 3));
        for (int i = 0; i < 5; i++) {
            trainer.add("Bahnhof Bahnhof \u4eca\u5929\u5929\u6c14");
        }
        List<String> learnt = trainer.train().tokens().stream()
                .filter(token -> token.length() > 1 && !token.startsWith("<"))
                .toList();
        assertTrue(learnt.contains("nho"), learnt.toString());
        int[] lengths =
                learnt.stream().mapToInt(new ByteLevelRules()::characters).toArray();
        assertEquals(3, Arrays.stream(lengths).max().orElseThrow());
        assertEquals(7, learnt.stream().mapToInt(String::length).max().orElseThrow()); // a blank and two of three bytes
    }

    @Test
    void specialTokensComeFirstAndAreNeverLearnt() {
        BpeModel model = train(300, "<s><s><s> </s></s> <pad> <pad> <unk> <unk> <s> <s>");
        assertEquals(List.of("<pad>", "<unk>", "<s>", "</s>"), model.tokens().subList(0, 4));
        assertEquals(model.tokens().size(), new HashSet<>(model.tokens()).size());
        for (BpeMerge merge : model.merges()) {
            assertFalse(SpecialToken.texts().contains(merge.result()), merge.toString());
        }
    }

    @Test
    void theFileEncodesWhatTheMergesSay() throws IOException, MalformedModelException {
        BpeModel model = train(420, SENTENCES.toArray(String[]::new));
        ReferenceBpe reference = new ReferenceBpe(model);
        try (TextTokenizer tokenizer = open(model)) {
            for (String sentence : SENTENCES) {
                assertEquals(reference.encode(sentence), encode(tokenizer, sentence), sentence);
            }
            Random random = new Random(7);
            for (int trial = 0; trial < 500; trial++) {
                String drawn = drawn(random);
                assertEquals(reference.encode(drawn), encode(tokenizer, drawn), drawn);
            }
        }
    }

    @Test
    void decodingGivesBackTheNormalisedText() throws IOException, MalformedModelException {
        BpeModel model = train(420, SENTENCES.toArray(String[]::new));
        try (TextTokenizer tokenizer = open(model)) {
            Random random = new Random(11);
            Stream<String> drawn = Stream.generate(() -> drawn(random)).limit(500);
            Stream.concat(SENTENCES.stream(), drawn).forEach(sentence -> {
                int[] ids = tokenizer.encode(sentence).ids();
                assertEquals(Normalizer.normalize(sentence, Normalizer.Form.NFC), tokenizer.decode(ids));
            });
        }
    }

    @Test
    void trainingSplitsWordsAsTheReferenceDoes() {
        Random random = new Random(13);
        Stream<String> drawn = Stream.generate(() -> drawn(random)).limit(500);
        Stream.concat(SENTENCES.stream(), drawn).forEach(sentence -> {
            List<String> words = new ArrayList<>();
            BpeAlphabet.BYTE_LEVEL.rules().words(sentence, words::add);
            String normalised = Normalizer.normalize(sentence, Normalizer.Form.NFC);
            assertEquals(sentence.isEmpty() ? List.of() : ReferenceBpe.words(" " + normalised), words);
        });
    }

    @Test
    void incrementalCountsAgreeWithCountingAfresh() {
        Random random = new Random(17);
        List<String> texts = Stream.generate(() -> drawn(random)).limit(300).toList();
        BpeModel model = train(380, texts.toArray(String[]::new));
        assertEquals(RecountingBpe.merges(texts, model.merges().size()), model.merges());
        assertTrue(
                model.merges().size() >= 100,
                "too few merges to tell: " + model.merges().size());
    }

    @Test
    void theResultDependsNeitherOnOrderNorOnTheRun() {
        List<String> texts = new ArrayList<>(SENTENCES);
        String first = train(310, texts.toArray(String[]::new)).toJson();
        Collections.reverse(texts);
        assertEquals(first, train(310, texts.toArray(String[]::new)).toJson());
        assertNotEquals(first, train(311, texts.toArray(String[]::new)).toJson());
    }

    @Test
    void savingReplacesTheFileAndLeavesNothingElse() throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, "old");
        Map<String, Object> usual = Files.readAttributes(file, permissions());
        BpeModel model = train(300, "ein Text, ein Text");
        model.save(file);
        assertEquals(model.toJson() + "\n", Files.readString(file));
        assertEquals(usual, Files.readAttributes(file, permissions()));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private String permissions() {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? "posix:permissions" : "isRegularFile";
    }

    @Test
    void errorsNameTheRule() {
        assertEquals(
                "BpeTrainerConfig: vocabularySize must be at least 260 (special tokens and BYTE_LEVEL alphabet), got 259",
                assertThrows(IllegalArgumentException.class, () -> BpeTrainerConfig.byteLevel(259))
                        .getMessage());
        assertEquals(
                "BpeTrainerConfig: minimumFrequency must be at least 1, got 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new BpeTrainerConfig(1000, 0, BpeAlphabet.BYTE_LEVEL))
                        .getMessage());
        assertEquals(
                "BpeTrainer: text must be added before train(), got none",
                assertThrows(IllegalStateException.class, () -> train(1000)).getMessage());
    }

    private TextTokenizer open(BpeModel model) throws IOException, MalformedModelException {
        Path file = directory.resolve("tokenizer.json");
        model.save(file);
        return TextTokenizer.open(file);
    }

    private static List<Integer> encode(TextTokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text).ids()).boxed().toList();
    }

    private static BpeModel train(int vocabularySize, String... texts) {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(vocabularySize));
        trainer.addAll(List.of(texts));
        return trainer.train();
    }

    private static String drawn(Random random) {
        String characters = "abcdeeenäöüß' ''  .,!?1234sstrevmlld\t\nÄ€—é";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(30) == 0 ? "😀" : characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }
}
