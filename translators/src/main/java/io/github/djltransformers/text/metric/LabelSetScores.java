package io.github.djltransformers.text.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How well sets of labels are told, counted one by one. */
public final class LabelSetScores {
    private final Map<String, Counts> byLabel = new TreeMap<>();
    private final List<Counts> samples = new ArrayList<>();
    private long equal;

    /** How often labels were told rightly, and how often they were right or told, both counted. */
    private record Counts(long both, long either) {
        Counts plus(Counts other) {
            return new Counts(both + other.both, either + other.either);
        }

        double f1() {
            return either == 0 ? 0 : 2.0 * both / either;
        }
    }

    /**
     * Counts one.
     *
     * @param right the labels it has
     * @param told the labels it was told to have
     */
    public void add(Set<String> right, Set<String> told) {
        equal += right.equals(told) ? 1 : 0;
        Counts sample = new Counts(0, 0);
        for (String label : union(right, told)) {
            boolean expected = right.contains(label);
            boolean given = told.contains(label);
            Counts counts = new Counts(expected && given ? 1 : 0, (expected ? 1 : 0) + (given ? 1 : 0));
            byLabel.merge(label, counts, Counts::plus);
            sample = sample.plus(counts);
        }
        samples.add(sample);
    }

    private static Collection<String> union(Set<String> one, Set<String> other) {
        List<String> all = new ArrayList<>(one);
        other.stream().filter(label -> !one.contains(label)).forEach(all::add);
        return all;
    }

    /** {@code F1 = 2 right / (expected + told)} over all labels together; 0 where there are none. */
    public double microF1() {
        return samples.stream().reduce(new Counts(0, 0), Counts::plus).f1();
    }

    /** How far {@link #microF1} would vary with other samples. */
    public Bootstrap microF1Interval(long seed) {
        return Bootstrap.ofRatio(
                samples.stream().mapToDouble(sample -> 2.0 * sample.both).toArray(),
                samples.stream().mapToDouble(Counts::either).toArray(),
                seed);
    }

    /** The mean of the F1 of each label; those that never come are left out. */
    public double macroF1() {
        return byLabel.values().stream().mapToDouble(Counts::f1).average().orElse(Double.NaN);
    }

    /** The share of those with exactly the right labels. */
    public double exact() {
        return samples.isEmpty() ? Double.NaN : (double) equal / samples.size();
    }
}
