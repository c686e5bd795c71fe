package io.github.djltransformers.text.metric;

import io.github.djltransformers.Text;
import java.util.Objects;

/**
 * The variant of BLEU.
 *
 * @param maxOrder the longest n-grams that count
 * @param tokenizer how texts are divided
 * @param smoothing what is done about orders without a match
 * @param lowercase whether case is ignored
 * @param effectiveOrder whether orders longer than the hypotheses are left out of the mean; for single sentences
 */
public record BleuConfig(
        int maxOrder, BleuTokenizer tokenizer, Smoothing smoothing, boolean lowercase, boolean effectiveOrder) {
    /** Checks the values. */
    public BleuConfig {
        if (maxOrder < 1) {
            throw new IllegalArgumentException("BleuConfig: maxOrder must be positive, got " + maxOrder);
        }
        Objects.requireNonNull(tokenizer, "BleuConfig: tokenizer must not be null");
        Objects.requireNonNull(smoothing, "BleuConfig: smoothing must not be null");
    }

    /**
     * Returns the variant for reporting: up to 4-grams, mteval-v13a tokens, exponential smoothing, with case.
     *
     * @return sacreBLEU's default
     */
    public static BleuConfig forCorpus() {
        return new BleuConfig(4, BleuTokenizer.MTEVAL_13A, new Smoothing.Exponential(), false, false);
    }

    /**
     * Returns the variant for single sentences: as {@link #forCorpus}, with effective order.
     *
     * @return sacreBLEU's default for sentences
     */
    public static BleuConfig forSentences() {
        return new BleuConfig(4, BleuTokenizer.MTEVAL_13A, new Smoothing.Exponential(), false, true);
    }

    /**
     * Returns this variant with another tokenizer.
     *
     * @param other the tokenizer
     * @return the variant
     */
    public BleuConfig withTokenizer(BleuTokenizer other) {
        return new BleuConfig(maxOrder, other, smoothing, lowercase, effectiveOrder);
    }

    /**
     * Returns this variant with another smoothing.
     *
     * @param other the smoothing
     * @return the variant
     */
    public BleuConfig withSmoothing(Smoothing other) {
        return new BleuConfig(maxOrder, tokenizer, other, lowercase, effectiveOrder);
    }

    /**
     * Returns this variant ignoring case.
     *
     * @return the variant
     */
    public BleuConfig ignoringCase() {
        return new BleuConfig(maxOrder, tokenizer, smoothing, true, effectiveOrder);
    }

    String signature() {
        return Text.format(
                "case:%s|eff:%s|tok:%s|smooth:%s",
                lowercase ? "lc" : "mixed",
                effectiveOrder ? "yes" : "no",
                tokenizer.signature(),
                smoothing.signature());
    }
}
