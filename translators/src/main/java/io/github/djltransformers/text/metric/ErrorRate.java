package io.github.djltransformers.text.metric;

import java.util.List;

/**
 * The share of errors: the fewest insertions, deletions and substitutions that make a reference of a hypothesis (Levenshtein
 * 1966), over all lines, for each hundred units of the references. Of several references the one with the fewest counts for a
 * line, of equals the first. It may be above 100.
 */
public final class ErrorRate implements TextMetric<ErrorRate.Score> {
    private final Unit unit;
    private final ReferenceCount references;
    private final LineCounts lines = new LineCounts(2);

    /** What is counted. */
    public enum Unit {
        /** Words, or phonemes, with blanks between: WER. */
        WORD("WER"),
        /** Characters, blanks included: CER. */
        CHARACTER("CER"),
        /** Whole lines, each right or wrong: SER, and the word error rate of pronunciations. */
        LINE("SER");

        private final String metric;

        Unit(String metric) {
            this.metric = metric;
        }
    }

    /**
     * An error rate.
     *
     * @param name {@code WER}, {@code CER} or {@code SER}
     * @param score errors for each hundred
     * @param signature what is needed to reproduce it
     */
    public record Score(String name, double score, String signature) implements TextScore {}

    /**
     * Begins a corpus.
     *
     * @param unit what is counted
     */
    public ErrorRate(Unit unit) {
        this.unit = unit;
        references = new ReferenceCount("ErrorRate");
    }

    @Override
    public void add(String hypothesis, List<String> references) {
        List<String> present = this.references.present(hypothesis, references);
        SymbolNumbers numbers = new SymbolNumbers();
        int[] told = symbols(numbers, hypothesis);
        int fewest = Integer.MAX_VALUE;
        int length = 0;
        for (String reference : present) {
            int[] right = symbols(numbers, reference);
            int edits = edits(told, right);
            if (edits < fewest) {
                fewest = edits;
                length = right.length;
            }
        }
        lines.add(fewest, length);
    }

    private int[] symbols(SymbolNumbers numbers, String text) {
        return switch (unit) {
            case WORD -> numbers.of(Whitespace.split(text));
            case CHARACTER -> text.codePoints().toArray();
            case LINE -> numbers.of(List.of(String.join(" ", Whitespace.split(text))));
        };
    }

    private static int edits(int[] one, int... other) {
        int[] before = new int[other.length + 1];
        int[] now = new int[other.length + 1];
        for (int j = 0; j <= other.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length; i++) {
            now[0] = i;
            for (int j = 1; j <= other.length; j++) {
                int substituted = before[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                now[j] = Math.min(substituted, 1 + Math.min(before[j], now[j - 1]));
            }
            int[] spare = before;
            before = now;
            now = spare;
        }
        return before[other.length];
    }

    @Override
    public Score score() {
        return new Score(unit.metric, rate(lines.sums()), references.signature("case:mixed"));
    }

    @Override
    public Bootstrap interval(long seed) {
        references.signature(""); // there must be lines
        return lines.interval(seed, ErrorRate::rate);
    }

    private static double rate(long... sums) {
        return sums[1] == 0 ? 0 : 100.0 * sums[0] / sums[1];
    }
}
