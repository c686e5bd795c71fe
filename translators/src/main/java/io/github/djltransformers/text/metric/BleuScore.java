package io.github.djltransformers.text.metric;

import io.github.djltransformers.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A BLEU score and what it is made of. Lists have one element for each n-gram order, from 1.
 *
 * @param score the score, from 0 to 100
 * @param precisions the precisions, from 0 to 100, after smoothing
 * @param brevityPenalty the factor for hypotheses shorter than their references, from 0 to 1
 * @param hypothesisLength the number of tokens of the hypotheses
 * @param referenceLength the number of tokens of the references closest in length
 * @param counts the matched n-grams, and what smoothing added to them
 * @param totals the n-grams of the hypotheses, and what smoothing added to them
 * @param signature what is needed to reproduce the score
 */
public record BleuScore(
        double score,
        List<Double> precisions,
        double brevityPenalty,
        long hypothesisLength,
        long referenceLength,
        List<Double> counts,
        List<Double> totals,
        String signature)
        implements TextScore {
    /** Copies the lists. */
    public BleuScore {
        precisions = List.copyOf(precisions);
        counts = List.copyOf(counts);
        totals = List.copyOf(totals);
    }

    @Override
    public String name() {
        return "BLEU";
    }

    /**
     * Writes the score and its parts in sacreBLEU's form, such as {@code BLEU = 13.53 60.0/40.0/20.0/10.0 (BP = 0.513
     * ratio = 0.600 hyp_len = 9 ref_len = 15)}.
     *
     * @param decimals the number of decimals of the score
     * @return the line
     */
    public String describe(int decimals) {
        double ratio = referenceLength == 0 ? 0 : (double) hypothesisLength / referenceLength;
        return Text.format(
                "BLEU = %s %s (BP = %s ratio = %s hyp_len = %d ref_len = %d)",
                rounded(score, decimals),
                precisions.stream().map(p -> rounded(p, 1)).collect(Collectors.joining("/")),
                rounded(brevityPenalty, 3),
                rounded(ratio, 3),
                hypothesisLength,
                referenceLength);
    }

    /** Rounds the exact value, ties to even. */
    private static String rounded(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }
}
