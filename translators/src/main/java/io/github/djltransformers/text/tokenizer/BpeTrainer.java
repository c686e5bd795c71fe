package io.github.djltransformers.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Learns a byte-pair encoding (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword
 * Units", section 3.2): starting from the alphabet, the most frequent pair of neighbouring symbols within words becomes
 * a new symbol, again and again until the vocabulary is full.
 *
 * <p>Of pairs that are equally frequent the one whose left symbol has the lower id is merged, then the one whose right
 * symbol has the lower id. The result therefore depends on the texts alone and not on their order. A pair that would
 * spell a special token, or the name of a byte, is never merged.
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
        config.alphabet().rules().words(text, word -> wordCounts.computeIfAbsent(word, w -> new long[1])[0]++);
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
        AlphabetRules rules = config.alphabet().rules();
        List<SpeltWord> words = new ArrayList<>(wordCounts.size());
        wordCounts.forEach((word, count) -> words.add(new SpeltWord(rules.symbols(word), count[0])));
        List<String> tokens = new ArrayList<>(SpecialToken.texts());
        tokens.addAll(rules.fixedTokens());
        if (!rules.isLearnt()) {
            return new BpeMerging(tokens, config, words).learn();
        }
        addFrequentSymbols(tokens, words);
        return new BpeMerging(tokens, config, split(words, new HashSet<>(tokens))).learn();
    }

    /** The most frequent first, as many as there is room for; equally frequent ones by code point. */
    private void addFrequentSymbols(List<String> tokens, List<SpeltWord> words) {
        Map<String, Long> counts = new HashMap<>();
        for (SpeltWord word : words) {
            word.symbols().forEach(symbol -> counts.merge(symbol, word.count(), Long::sum));
        }
        tokens.forEach(counts::remove);
        counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= config.minimumFrequency())
                .sorted(Map.Entry.<String, Long>comparingByValue()
                        .reversed()
                        .thenComparing(entry -> entry.getKey().codePointAt(0)))
                .limit(config.vocabularySize() - tokens.size())
                .forEachOrdered(entry -> tokens.add(entry.getKey()));
    }

    /** Cuts words where a symbol is in no vocabulary: nothing merges across it. */
    private static List<SpeltWord> split(List<SpeltWord> words, Set<String> known) {
        List<SpeltWord> runs = new ArrayList<>(words.size());
        for (SpeltWord word : words) {
            int first = 0;
            for (int i = 0; i <= word.symbols().size(); i++) {
                if (i == word.symbols().size() || !known.contains(word.symbols().get(i))) {
                    runs.add(new SpeltWord(word.symbols().subList(first, i), word.count()));
                    first = i + 1;
                }
            }
        }
        return runs;
    }

    /** A word in symbols, and how often it occurred. */
    record SpeltWord(List<String> symbols, long count) {}
}
