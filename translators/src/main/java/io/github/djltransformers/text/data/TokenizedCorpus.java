package io.github.djltransformers.text.data;

import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A corpus as token ids.
 *
 * @param pairs the pairs to train on
 * @param emptyPairs how many pairs were left out because a side was blank or had no token
 * @param longPairs how many pairs were over the length limit, and so were left out or cut
 */
public record TokenizedCorpus(List<TokenizedPair> pairs, int emptyPairs, int longPairs) {
    private static final Logger LOGGER = LoggerFactory.getLogger(TokenizedCorpus.class);

    /** Copies the list. */
    public TokenizedCorpus {
        pairs = List.copyOf(pairs);
    }

    /**
     * Tokenizes a corpus with one vocabulary for both languages.
     *
     * @param corpus the sentence pairs
     * @param tokenizer the tokenizer
     * @param limit the greatest length, and what to do with longer pairs
     * @return the ids
     */
    public static TokenizedCorpus of(ParallelCorpus corpus, TextTokenizer tokenizer, LengthLimit limit) {
        return of(corpus, tokenizer, tokenizer, limit);
    }

    /**
     * Tokenizes a corpus with a vocabulary for each language.
     *
     * @param corpus the sentence pairs
     * @param sourceTokenizer the tokenizer of the source language
     * @param targetTokenizer the tokenizer of the target language
     * @param limit the greatest length, and what to do with longer pairs
     * @return the ids
     */
    public static TokenizedCorpus of(
            ParallelCorpus corpus, TextTokenizer sourceTokenizer, TextTokenizer targetTokenizer, LengthLimit limit) {
        List<TokenizedPair> pairs = new ArrayList<>(corpus.pairs().size());
        int room = limit.maximumLength() - 1;
        int emptyPairs = 0;
        int longPairs = 0;
        for (SentencePair pair : corpus.pairs()) {
            // Byte-level tokenizers have tokens for white space too.
            if (BlankText.isBlank(pair.source()) || BlankText.isBlank(pair.target())) {
                emptyPairs++;
                continue;
            }
            int[] source = ids(sourceTokenizer, pair.source());
            int[] target = ids(targetTokenizer, pair.target());
            boolean isLong = source.length > room || target.length > room;
            if (source.length == 0 || target.length == 0) {
                emptyPairs++;
                continue;
            }
            longPairs += isLong ? 1 : 0;
            if (!isLong || limit.excess() == LengthLimit.Excess.TRUNCATE) {
                pairs.add(new TokenizedPair(first(source, room), first(target, room)));
            }
        }
        LOGGER.debug(
                "{} pairs tokenized: {} kept, {} empty left out, {} over {} tokens ({})",
                corpus.pairs().size(),
                pairs.size(),
                emptyPairs,
                longPairs,
                limit.maximumLength(),
                limit.excess());
        return new TokenizedCorpus(pairs, emptyPairs, longPairs);
    }

    private static int[] ids(TextTokenizer tokenizer, String text) {
        return tokenizer.encode(TextInput.of(text).withoutFrame()).ids();
    }

    private static int[] first(int[] ids, int room) {
        return ids.length > room ? Arrays.copyOf(ids, room) : ids;
    }
}
