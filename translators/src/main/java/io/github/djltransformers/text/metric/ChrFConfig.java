package io.github.djltransformers.text.metric;

import io.github.djltransformers.Text;

/**
 * The variant of chrF.
 *
 * @param charOrder the longest character n-grams that count
 * @param wordOrder the longest word n-grams that count; 0 for chrF, 2 for chrF++
 * @param beta how much more recall weighs than precision
 * @param lowercase whether case is ignored
 * @param whitespace whether white space counts among the characters
 * @param epsilonSmoothing whether orders without n-grams count with a tiny value, as in chrF++.py, Moses and NLTK, instead
 *     of being left out
 */
public record ChrFConfig(
        int charOrder, int wordOrder, int beta, boolean lowercase, boolean whitespace, boolean epsilonSmoothing) {
    /** Checks the values. */
    public ChrFConfig {
        if (charOrder < 0 || wordOrder < 0 || charOrder + wordOrder < 1) {
            throw new IllegalArgumentException(Text.format(
                    "ChrFConfig: charOrder and wordOrder must be at least 0 and one of them positive, got %d and %d",
                    charOrder, wordOrder));
        }
        if (beta < 1) {
            throw new IllegalArgumentException("ChrFConfig: beta must be positive, got " + beta);
        }
    }

    /**
     * Returns chrF2: character n-grams up to 6.
     *
     * @return sacreBLEU's default
     */
    public static ChrFConfig chrF() {
        return new ChrFConfig(6, 0, 2, false, false, false);
    }

    /**
     * Returns chrF2++: character n-grams up to 6 and word n-grams up to 2.
     *
     * @return the variant of Popović, WMT 2017
     */
    public static ChrFConfig chrFPlusPlus() {
        return new ChrFConfig(6, 2, 2, false, false, false);
    }

    /**
     * Returns this variant ignoring case.
     *
     * @return the variant
     */
    public ChrFConfig ignoringCase() {
        return new ChrFConfig(charOrder, wordOrder, beta, true, whitespace, epsilonSmoothing);
    }

    String signature() {
        return Text.format(
                "case:%s|eff:%s|nc:%d|nw:%d|space:%s",
                lowercase ? "lc" : "mixed",
                epsilonSmoothing ? "no" : "yes",
                charOrder,
                wordOrder,
                whitespace ? "yes" : "no");
    }
}
