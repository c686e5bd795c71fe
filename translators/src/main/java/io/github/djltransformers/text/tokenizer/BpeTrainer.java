package io.github.djltransformers.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Learns a byte-pair encoding (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword
 * Units", section 3.2): starting from the alphabet, the most frequent pair of neighbouring symbols within words becomes
 * a new symbol, again and again until the vocabulary is full.
 *
 * <p>Of pairs that are equally frequent the one whose left symbol has the lower id is merged, then the one whose right
 * symbol has the lower id. The result therefore depends on the texts alone and not on their order. A pair that would
 * spell a special token is never merged.
 *
 * <p>Not safe for use by several threads.
 */
public final class BpeTrainer {
    private final BpeTrainerConfig config;
    private final Map<String, long[]> wordCounts = new HashMap<>();

    /**
     * Makes a trainer that has seen no text.
     *
     * @param config what to learn
     */
    public BpeTrainer(BpeTrainerConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * Counts the words of a text.
     *
     * @param text a sentence or any other piece of text; words do not reach across texts
     */
    public void add(String text) {
        config.alphabet().words(text, word -> wordCounts.computeIfAbsent(word, w -> new long[1])[0]++);
    }

    /**
     * Counts the words of several texts.
     *
     * @param texts the texts
     */
    public void addAll(Iterable<String> texts) {
        texts.forEach(this::add);
    }

    /**
     * Learns from the texts added so far; more texts can be added later for another training.
     *
     * @return the encoding
     * @throws IllegalStateException if no text was added
     */
    public BpeModel train() {
        if (wordCounts.isEmpty()) {
            throw new IllegalStateException("BpeTrainer: text must be added before train(), got none");
        }
        List<String> tokens = new ArrayList<>(SpecialToken.texts());
        tokens.addAll(config.alphabet().fixedTokens());
        return new BpeMerging(tokens, config, spelt()).learn();
    }

    private List<SpeltWord> spelt() {
        List<SpeltWord> words = new ArrayList<>(wordCounts.size());
        wordCounts.forEach(
                (word, count) -> words.add(new SpeltWord(config.alphabet().symbols(word), count[0])));
        return words;
    }

    /** A word in symbols, and how often it occurred. */
    record SpeltWord(List<String> symbols, long count) {}
}
