package io.github.djltransformers.text.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.MalformedModelException;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TokenizedCorpusTest {
    private static final ParallelCorpus CORPUS = new ParallelCorpus(List.of(
            new SentencePair("abc", "ab"),
            new SentencePair("", "ab"),
            new SentencePair("ab", "abcdefg"),
            new SentencePair("abcdef", "a")));

    @TempDir
    static Path directory;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void train() throws IOException, MalformedModelException {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(261));
        trainer.add("ab ab");
        trainer.train().save(directory.resolve("tokenizer.json"));
        tokenizer = TextTokenizer.open(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void dropsAndCountsEmptyAndLongPairs() {
        // The one merge is blank + a; the other letters are their bytes: id 4 + byte.
        TokenizedCorpus tokenized = TokenizedCorpus.of(CORPUS, tokenizer, LengthLimit.dropping(6));
        assertEquals(1, tokenized.emptyPairs());
        assertEquals(2, tokenized.longPairs());
        assertEquals(1, tokenized.pairs().size());
        TokenizedPair first = tokenized.pairs().get(0);
        assertArrayEquals(new int[] {260, 102, 103}, first.source());
        assertArrayEquals(new int[] {260, 102}, first.target());
        assertEquals(4, first.sourceLength());
        assertEquals(3, first.targetLength());

        // "abcdef" is six tokens and the end token.
        TokenizedCorpus longer = TokenizedCorpus.of(CORPUS, tokenizer, LengthLimit.dropping(7));
        assertEquals(1, longer.longPairs());
        assertEquals(2, longer.pairs().size());
        assertEquals(7, longer.pairs().get(1).sourceLength());
    }

    @Test
    void dropsPairsWithABlankSide() {
        ParallelCorpus corpus = new ParallelCorpus(
                List.of(new SentencePair("  ", "ab"), new SentencePair("ab", " \t "), new SentencePair("abc", "ab")));
        TokenizedCorpus tokenized = TokenizedCorpus.of(corpus, tokenizer, LengthLimit.dropping(6));
        assertEquals(2, tokenized.emptyPairs());
        assertEquals(0, tokenized.longPairs());
        assertEquals(1, tokenized.pairs().size());
        assertArrayEquals(new int[] {260, 102, 103}, tokenized.pairs().get(0).source());
    }

    @Test
    void truncatesAtTheEndWhenAskedTo() {
        TokenizedCorpus tokenized = TokenizedCorpus.of(CORPUS, tokenizer, LengthLimit.truncating(4));
        assertEquals(3, tokenized.pairs().size());
        assertEquals(2, tokenized.longPairs());
        assertArrayEquals(new int[] {260, 102, 103}, tokenized.pairs().get(1).target());
        assertArrayEquals(new int[] {260, 102, 103}, tokenized.pairs().get(2).source());
        assertArrayEquals(new int[] {260}, tokenized.pairs().get(2).target());
    }

    @Test
    void errorsNameTheRule() {
        assertEquals(
                "LengthLimit: maximumLength must be at least 2 (a token and the end token), got 1",
                messageOf(() -> LengthLimit.dropping(1)));
        assertEquals(
                "TokenizedPair: source and target must have at least 1 token, got 2 and 0",
                messageOf(() -> new TokenizedPair(new int[2], new int[0])));
    }

    private static String messageOf(Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
