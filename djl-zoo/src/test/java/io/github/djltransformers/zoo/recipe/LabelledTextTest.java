package io.github.djltransformers.zoo.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words, their labels and the tokens that they are in. */
class LabelledTextTest {
    @TempDir
    private Path folder;

    private static HeadCorpus corpus(HeadCorpus.Form form, int textColumn, int labelColumn) {
        return new HeadCorpus("", form, "train", "dev", "", textColumn, labelColumn);
    }

    private TextTokenizer tokenizer(String text, int vocabulary) throws Exception {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(vocabulary));
        trainer.add(text);
        trainer.train().save(folder.resolve("tokenizer.json"));
        return TextTokenizer.open(folder.resolve("tokenizer.json"));
    }

    @Test
    void tokensAreOfTheWordsThatTheyAreIn() throws Exception {
        LabelledText text = LabelledText.of(List.of("ab", "ö", "c"), List.of("X", "Y", "Z"));
        try (TextTokenizer tokenizer = tokenizer("ab ab ab ab", 262)) {
            TokenizedText tokens = tokenizer.encode(text.text());
            int[] words = text.wordOfToken(tokens);
            int[] first = text.firstTokens(tokens);
            assertEquals(0, words[0]);
            assertEquals(2, words[words.length - 1]);
            for (int i = 1; i < words.length; i++) {
                assertTrue(
                        words[i] < 0 || words[i - 1] < 0 || words[i] == words[i - 1] || words[i] == words[i - 1] + 1);
            }
            assertEquals(0, first[0]);
            assertTrue(first[1] > 0 && first[2] > first[1]);
            assertArrayEquals(new int[] {0, -1, -1}, text.firstTokens(tokens.cut(first[1])));
        }
    }

    /** The pieces of a contraction are cut at another place than its words: each word is told by the token that begins in it. */
    @Test
    void aWordIsToldByTheTokenThatBeginsInIt() throws Exception {
        LabelledText text =
                new LabelledText(List.of("I", "ca", "n't", "."), List.of("PRON", "AUX", "PART", "PUNCT"), "I can't.");
        try (TextTokenizer tokenizer = tokenizer("I can't I can't I can't I can't", 280)) {
            TokenizedText tokens = tokenizer.encode(text.text());
            assertEquals(List.of("\u0120I", "\u0120can", "'t", "."), tokens.tokens());
            assertArrayEquals(new int[] {0, 1, 2, 3}, text.firstTokens(tokens));
            assertArrayEquals(new int[] {0, 1, 2, 3}, text.wordOfToken(tokens));
        }
    }

    /** Two words that are one token are told by it together. */
    @Test
    void aWordThatNoTokenBeginsInIsToldByTheOneThatItBeginsIn() throws Exception {
        LabelledText text = new LabelledText(List.of("can", "not", "."), List.of("AUX", "PART", "PUNCT"), "cannot.");
        try (TextTokenizer tokenizer = tokenizer("cannot. cannot. cannot. cannot. cannot", 300)) {
            TokenizedText tokens = tokenizer.encode(text.text());
            assertEquals(List.of("\u0120cannot", "."), tokens.tokens());
            assertArrayEquals(new int[] {0, 0, 1}, text.firstTokens(tokens));
        }
    }

    @Test
    void blanksAreWhereTheFileSaysThatTheyAre() throws Exception {
        Path file = Files.writeString(
                folder.resolve("a.conllu"),
                "# text = I can't.\n1\tI\tPRON\t_\n2-3\tcan't\t_\tSpaceAfter=No\n2\tca\tAUX\t_\n"
                        + "3\tn't\tPART\t_\n4\t.\tPUNCT\t_\n5.1\tgo\tVERB\t_\n\n\n1-2\tGimme\t_\t_\n1\tGim\tVERB\t_\n2\tme\tPRON\t_\n"
                        + "3\tit\tPRON\t_\n");
        List<LabelledText> texts = LabelledText.read(file, corpus(HeadCorpus.Form.TAGGED_WORDS, 1, 2));
        assertEquals(2, texts.size());
        assertEquals("I can't.", texts.get(0).text());
        assertEquals("I ca n't .", texts.get(0).key());
        assertEquals(List.of("PRON", "AUX", "PART", "PUNCT"), texts.get(0).labels());
        assertEquals("Gimme it", texts.get(1).text());
    }

    @Test
    void linesAreTextsWithTheirClassesOrTags() throws Exception {
        Path file = Files.writeString(folder.resolve("a.tsv"), "x, y\tgo there\n\tstay\n");
        List<LabelledText> texts = LabelledText.read(file, corpus(HeadCorpus.Form.CLASSES, 1, 0));
        assertEquals(List.of("x", "y"), texts.get(0).labels());
        assertEquals(List.of(), texts.get(1).labels());
        Path tags = Files.writeString(folder.resolve("b.tsv"), "go there\tO B-place\n");
        assertEquals(
                List.of("O", "B-place"),
                LabelledText.read(tags, corpus(HeadCorpus.Form.TAGGED_LINES, 0, 1))
                        .get(0)
                        .labels());
        Files.writeString(tags, "go there\tO\n");
        Exception error = assertThrows(
                IllegalArgumentException.class,
                () -> LabelledText.read(tags, corpus(HeadCorpus.Form.TAGGED_LINES, 0, 1)));
        assertTrue(
                error.getMessage().contains("must have as many tags as words, which are 2, got 1"), error.getMessage());
    }

    /** What two files say of the same words comes together, as often as both have them. */
    @Test
    void textsWithTheSameWordsAreOneExample() {
        LabelledText spaced = new LabelledText(List.of("Oh", "."), List.of("INTJ", "PUNCT"), "Oh.");
        LabelledText plain = LabelledText.of(List.of("Oh", "."), List.of("O", "O"));
        LabelledText other = LabelledText.of(List.of("Rome"), List.of("B-LOC"));
        List<ClassifierExample> examples =
                ClassifierExample.join(List.of(List.of(spaced), List.of(plain, plain, other)));
        assertEquals(3, examples.size());
        assertEquals("Oh.", examples.get(0).text());
        assertEquals(List.of("O", "O"), examples.get(0).ofHeads().get(1).labels());
        assertEquals("Oh.", examples.get(0).ofHeads().get(1).text());
        assertEquals("Oh .", examples.get(1).text());
        assertEquals(null, examples.get(1).ofHeads().get(0));
        assertEquals("Rome", examples.get(2).text());
    }
}
