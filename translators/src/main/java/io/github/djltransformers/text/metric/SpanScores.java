package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How well spans of words are told that tags spell: {@code B-x} begins one of type x, {@code I-x} goes on with it, anything else is
 * outside. As in the script conlleval of the shared tasks of CoNLL, an {@code I-x} that follows nothing of its type begins a span,
 * too, and a span is right if its type and both of its ends are.
 */
public final class SpanScores {
    /** The tag of a word in no span. */
    public static final String OUTSIDE = "O";

    private long words;
    private long rightWords;
    private long expected;
    private long told;
    private long right;
    private final List<Counts> sentences = new ArrayList<>();

    /** What one sentence adds. */
    private record Counts(double words, double rightWords, double spans, double rightSpans) {}

    private record Span(String type, int begin, int end) {}

    /**
     * Counts a sentence.
     *
     * @param rightTags of its words
     * @param toldTags of its words
     * @throws IllegalArgumentException if they are not equally many
     */
    public void add(List<String> rightTags, List<String> toldTags) {
        if (rightTags.size() != toldTags.size()) {
            throw new IllegalArgumentException("SpanScores: told tags must be as many as the right ones, which are "
                    + rightTags.size() + ", got " + toldTags.size());
        }
        int hits = 0;
        for (int i = 0; i < rightTags.size(); i++) {
            hits += rightTags.get(i).equals(toldTags.get(i)) ? 1 : 0;
        }
        words += rightTags.size();
        rightWords += hits;
        Set<Span> these = spans(rightTags);
        Set<Span> those = spans(toldTags);
        expected += these.size();
        told += those.size();
        double both = (double) these.size() + those.size();
        those.retainAll(these);
        right += those.size();
        sentences.add(new Counts(rightTags.size(), hits, both, 2.0 * those.size()));
    }

    private static Set<Span> spans(List<String> tags) {
        Set<Span> spans = new HashSet<>();
        int begin = -1;
        String type = null;
        for (int i = 0; i <= tags.size(); i++) {
            String tag = i < tags.size() ? tags.get(i) : OUTSIDE;
            boolean within = tag.startsWith("B-") || tag.startsWith("I-");
            String own = within ? tag.substring(2) : null;
            boolean goesOn = tag.startsWith("I-") && own.equals(type);
            if (type != null && !goesOn) {
                spans.add(new Span(type, begin, i));
                type = null;
            }
            if (within && !goesOn) {
                begin = i;
                type = own;
            }
        }
        return spans;
    }

    /** The share of words with the right tag. */
    public double accuracy() {
        return ratio(rightWords, words);
    }

    /** The share of told spans that are right; 0 where none is told. */
    public double precision() {
        return ratio(right, told);
    }

    /** The share of right spans that are told; 0 where there is none. */
    public double recall() {
        return ratio(right, expected);
    }

    /** {@code 2 right / (told + expected)}. */
    public double f1() {
        return ratio(2 * right, told + expected);
    }

    /** How far {@link #accuracy} would vary with other sentences. */
    public Bootstrap accuracyInterval(long seed) {
        return Bootstrap.ofRatio(each(Counts::rightWords), each(Counts::words), seed);
    }

    /** How far {@link #f1} would vary with other sentences. */
    public Bootstrap f1Interval(long seed) {
        return Bootstrap.ofRatio(each(Counts::rightSpans), each(Counts::spans), seed);
    }

    private double[] each(ToDoubleFunction<Counts> part) {
        return sentences.stream().mapToDouble(part).toArray();
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
