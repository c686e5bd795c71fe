package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * BLEU (Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", ACL 2002), equal to
 * sacreBLEU 2.6.0:
 *
 * <p>{@code BLEU = 100 * BP * exp(mean over n of log p_n)}, where {@code p_n} is the share of the hypotheses' n-grams that
 * occur in a reference, each counted at most as often as in the one reference that has it most often, and
 * {@code BP = min(1, exp(1 - r / h))} for {@code h} tokens of hypotheses and {@code r} of the references closest in length.
 */
public final class Bleu implements TextMetric<BleuScore> {
    private final BleuConfig config;
    private final ReferenceCount references = new ReferenceCount("Bleu");
    private final int orders;

    /** Of each line the lengths of hypothesis and reference, then matches and totals by order. */
    private final LineCounts lines;

    /**
     * Begins a corpus.
     *
     * @param config the variant
     */
    public Bleu(BleuConfig config) {
        this.config = config;
        orders = config.maxOrder();
        lines = new LineCounts(2 + 2 * orders);
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
    public static BleuScore ofCorpus(
            BleuConfig config, List<String> hypotheses, List<? extends List<String>> references) {
        Bleu bleu = new Bleu(config);
        bleu.addAll(hypotheses, references);
        return bleu.score();
    }

    /**
     * Scores a sentence.
     *
     * @param config the variant, usually {@link BleuConfig#forSentences}
     * @param hypothesis the generated text
     * @param references its references
     * @return the score
     * @throws IllegalArgumentException as {@link #add} does
     */
    public static BleuScore ofSentence(BleuConfig config, String hypothesis, List<String> references) {
        Bleu bleu = new Bleu(config);
        bleu.add(hypothesis, references);
        return bleu.score();
    }

    @Override
    public void add(String hypothesis, List<String> references) {
        List<int[]> texts = new ArrayList<>();
        SymbolNumbers words = new SymbolNumbers();
        List<String> present = this.references.present(hypothesis, references);
        texts.add(words.of(tokens(hypothesis)));
        for (String reference : present) {
            texts.add(words.of(tokens(reference)));
        }
        int length = texts.get(0).length;
        long[] line = new long[2 + 2 * orders];
        line[0] = length;
        line[1] = closest(length, texts.subList(1, texts.size()));
        NgramCounts ngrams = new NgramCounts(texts);
        for (int n = 0; n < orders; n++) {
            int[][] counts = ngrams.next();
            line[2 + orders + n] = ngrams.total(0);
            for (int ngram = 0; ngram < counts[0].length; ngram++) {
                int inReference = 0;
                for (int r = 1; r < counts.length; r++) {
                    inReference = Math.max(inReference, counts[r][ngram]);
                }
                line[2 + n] += Math.min(counts[0][ngram], inReference);
            }
        }
        lines.add(line);
    }

    private List<String> tokens(String text) {
        return config.tokenizer().tokenize(config.lowercase() ? text.toLowerCase(Locale.ROOT) : text);
    }

    /** Returns the length closest to the hypothesis's; of two as close, the shorter. */
    private static int closest(int length, List<int[]> references) {
        int closest = references.get(0).length;
        for (int[] reference : references) {
            int difference = Math.abs(reference.length - length) - Math.abs(closest - length);
            if (difference < 0 || difference == 0 && reference.length < closest) {
                closest = reference.length;
            }
        }
        return closest;
    }

    @Override
    public BleuScore score() {
        return score(lines.sums());
    }

    @Override
    public Bootstrap interval(long seed) {
        references.signature(config.signature()); // there must be lines
        return lines.interval(seed, sums -> score(sums).score());
    }

    private BleuScore score(long... of) {
        String signature = references.signature(config.signature());
        long hypothesisLength = of[0];
        long referenceLength = of[1];
        double[] counts = Arrays.stream(of, 2, 2 + orders).asDoubleStream().toArray();
        double[] sums =
                Arrays.stream(of, 2 + orders, of.length).asDoubleStream().toArray();
        double[] precisions = new double[counts.length];
        double penalty = brevityPenalty(hypothesisLength, referenceLength);
        double score = 0;
        if (Arrays.stream(counts).anyMatch(match -> match > 0)) {
            int counted = smooth(counts, sums, precisions);
            double logs = 0;
            for (int n = 0; n < counted; n++) {
                logs += Math.log(precisions[n]);
            }
            score = penalty * Math.exp(logs / counted);
        }
        return new BleuScore(
                score,
                Arrays.stream(precisions).boxed().toList(),
                penalty,
                hypothesisLength,
                referenceLength,
                Arrays.stream(counts).boxed().toList(),
                Arrays.stream(sums).boxed().toList(),
                signature);
    }

    private static double brevityPenalty(long hypothesisLength, long referenceLength) {
        if (hypothesisLength >= referenceLength) {
            return 1;
        }
        return hypothesisLength == 0 ? 0 : Math.exp(1 - (double) referenceLength / hypothesisLength);
    }

    /** Fills the precisions in, smoothing counts and sums on the way, and returns over how many orders the mean goes. */
    private int smooth(double[] counts, double[] sums, double[] precisions) {
        int withoutMatch = 0;
        for (int n = 0; n < counts.length; n++) {
            if (n > 0 && config.smoothing() instanceof Smoothing.AddK add) {
                counts[n] += add.value();
                sums[n] += add.value();
            }
            if (sums[n] == 0) {
                return config.effectiveOrder() ? n : counts.length;
            }
            if (counts[n] > 0) {
                precisions[n] = 100 * counts[n] / sums[n];
            } else if (config.smoothing() instanceof Smoothing.Exponential) {
                withoutMatch++;
                precisions[n] = 100 / (Math.scalb(1.0, withoutMatch) * sums[n]);
            } else if (config.smoothing() instanceof Smoothing.Floor floor) {
                precisions[n] = 100 * floor.value() / sums[n];
            }
        }
        return counts.length;
    }
}
