package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * chrF and chrF++ (Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015, and "chrF++: words
 * helping character n-grams", WMT 2017), equal to sacreBLEU 2.6.0:
 *
 * <p>{@code chrF = 100 * (1 + beta^2) * P * R / (beta^2 * P + R)}, where {@code P} and {@code R} are the precision and the
 * recall of n-grams, averaged over the orders of characters and words. Of several references the one with the best score
 * counts for a line.
 */
public final class ChrF implements TextMetric<ChrFScore> {
    private static final double EPSILON = 1e-16;
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private final ChrFConfig config;
    private final ReferenceCount references = new ReferenceCount("ChrF");
    private final LineCounts lines;

    /**
     * Begins a corpus.
     *
     * @param config the variant
     */
    public ChrF(ChrFConfig config) {
        this.config = config;
        lines = new LineCounts(3 * (config.charOrder() + config.wordOrder()));
    }

    /**
     * Scores a corpus.
     *
     * @param config the variant
     * @param hypotheses the generated texts
     * @param references the streams of references
     * @return the score
     * @throws IllegalArgumentException as {@link #addAll} does
     */
    public static ChrFScore ofCorpus(
            ChrFConfig config, List<String> hypotheses, List<? extends List<String>> references) {
        ChrF chrF = new ChrF(config);
        chrF.addAll(hypotheses, references);
        return chrF.score();
    }

    /**
     * Scores a sentence.
     *
     * @param config the variant
     * @param hypothesis the generated text
     * @param references its references
     * @return the score
     * @throws IllegalArgumentException as {@link #add} does
     */
    public static ChrFScore ofSentence(ChrFConfig config, String hypothesis, List<String> references) {
        ChrF chrF = new ChrF(config);
        chrF.add(hypothesis, references);
        return chrF.score();
    }

    @Override
    public void add(String hypothesis, List<String> references) {
        List<String> texts = new ArrayList<>();
        List<String> present = this.references.present(hypothesis, references);
        texts.add(cased(hypothesis));
        present.forEach(reference -> texts.add(cased(reference)));

        List<Matches> byReference = new ArrayList<>();
        for (int r = 0; r < present.size(); r++) {
            byReference.add(new Matches(config.charOrder() + config.wordOrder()));
        }
        count(texts.stream().map(this::characters).toList(), 0, config.charOrder(), byReference);
        if (config.wordOrder() > 0) {
            SymbolNumbers numbers = new SymbolNumbers();
            List<int[]> words =
                    texts.stream().map(text -> numbers.of(words(text))).toList();
            count(words, config.charOrder(), config.wordOrder(), byReference);
        }
        Matches best = null;
        double bestScore = -1;
        for (Matches matches : byReference) {
            double score = score(matches);
            if (score > bestScore) {
                bestScore = score;
                best = matches;
            }
        }
        lines.add(best.counts());
    }

    @Override
    public ChrFScore score() {
        String signature = references.signature(config.signature());
        String name = "chrF" + config.beta() + "+".repeat(config.wordOrder());
        return new ChrFScore(name, score(Matches.of(lines.sums())), signature);
    }

    @Override
    public Bootstrap interval(long seed) {
        references.signature(config.signature()); // there must be lines
        return lines.interval(seed, sums -> score(Matches.of(sums)));
    }

    private String cased(String text) {
        return config.lowercase() ? text.toLowerCase(Locale.ROOT) : text;
    }

    private int[] characters(String text) {
        return text.codePoints()
                .filter(character -> config.whitespace() || !Whitespace.is(character))
                .toArray();
    }

    /** Splits at white space and one ASCII punctuation mark off each word: the last character, or else the first. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : Whitespace.split(text)) {
            int last = word.length() - 1;
            if (last > 0 && PUNCTUATION.indexOf(word.charAt(last)) >= 0) {
                words.add(word.substring(0, last));
                words.add(word.substring(last));
            } else if (last > 0 && PUNCTUATION.indexOf(word.charAt(0)) >= 0) {
                words.add(word.substring(0, 1));
                words.add(word.substring(1));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    /** Compares the first of the texts with each other one, and notes the result from index {@code first} on. */
    private static void count(List<int[]> texts, int first, int orders, List<Matches> byReference) {
        NgramCounts ngrams = new NgramCounts(texts);
        for (int n = first; n < first + orders; n++) {
            int[][] counts = ngrams.next();
            for (int r = 1; r < counts.length; r++) {
                Matches matches = byReference.get(r - 1);
                matches.inReference[n] = ngrams.total(r);
                // A reference too short for this order says nothing about the hypothesis.
                matches.inHypothesis[n] = ngrams.total(r) == 0 ? 0 : ngrams.total(0);
                for (int ngram = 0; ngram < counts[0].length; ngram++) {
                    matches.inBoth[n] += Math.min(counts[0][ngram], counts[r][ngram]);
                }
            }
        }
    }

    private double score(Matches matches) {
        double weight = (double) config.beta() * config.beta();
        double precisions = 0;
        double recalls = 0;
        double scores = 0;
        int orders = 0;
        for (int n = 0; n < matches.inBoth.length; n++) {
            long hypothesis = matches.inHypothesis[n];
            long reference = matches.inReference[n];
            double precision = hypothesis > 0 ? (double) matches.inBoth[n] / hypothesis : EPSILON;
            double recall = reference > 0 ? (double) matches.inBoth[n] / reference : EPSILON;
            scores += precision + recall > 0 ? mean(weight, precision, recall) : EPSILON;
            if (hypothesis > 0 && reference > 0) {
                precisions += precision;
                recalls += recall;
                orders++;
            }
        }
        if (config.epsilonSmoothing()) {
            return 100 * scores / matches.inBoth.length;
        }
        return precisions + recalls > 0 ? 100 * mean(weight, precisions / orders, recalls / orders) : 0;
    }

    private static double mean(double weight, double precision, double recall) {
        return (1 + weight) * precision * recall / (weight * precision + recall);
    }

    /** N-grams of a hypothesis, of a reference and of both, by order. */
    private static final class Matches {
        private final long[] inHypothesis;
        private final long[] inReference;
        private final long[] inBoth;

        Matches(int orders) {
            inHypothesis = new long[orders];
            inReference = new long[orders];
            inBoth = new long[orders];
        }

        /** All in one array. */
        long[] counts() {
            int orders = inBoth.length;
            long[] counts = Arrays.copyOf(inHypothesis, 3 * orders);
            System.arraycopy(inReference, 0, counts, orders, orders);
            System.arraycopy(inBoth, 0, counts, 2 * orders, orders);
            return counts;
        }

        static Matches of(long... counts) {
            int orders = counts.length / 3;
            Matches matches = new Matches(orders);
            System.arraycopy(counts, 0, matches.inHypothesis, 0, orders);
            System.arraycopy(counts, orders, matches.inReference, 0, orders);
            System.arraycopy(counts, 2 * orders, matches.inBoth, 0, orders);
            return matches;
        }
    }
}
