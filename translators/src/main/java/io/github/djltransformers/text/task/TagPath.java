package io.github.djltransformers.text.task;

import java.util.Arrays;
import java.util.List;

/**
 * The likeliest tags of words that go together: {@code I-x} follows {@code B-x} or {@code I-x} alone, found by dynamic programming
 * (Viterbi 1967). Tags without these prefixes stand anywhere, so that without any the likeliest tag of each word is told.
 */
public final class TagPath {
    private static final String GOES_ON = "I-";

    /** Of each tag whether it may stand behind each other, and in the last place whether it may stand first. */
    private final boolean[][] fits;

    /**
     * @param labels the names of tags by number
     */
    public TagPath(List<String> labels) {
        int count = labels.size();
        fits = new boolean[count][count + 1];
        for (int tag = 0; tag < count; tag++) {
            for (int before = 0; before <= count; before++) {
                fits[tag][before] = fits(before == count ? "" : labels.get(before), labels.get(tag));
            }
        }
    }

    private static boolean fits(String before, String label) {
        return !label.startsWith(GOES_ON)
                || before.equals(label)
                || before.equals("B-" + label.substring(GOES_ON.length()));
    }

    /**
     * The path.
     *
     * @param logProbabilities of each word its tags'
     * @return of each word the number of its tag
     */
    public int[] best(List<double[]> logProbabilities) {
        int count = fits.length;
        int[][] from = new int[logProbabilities.size()][count];
        double[] best = new double[count];
        for (int word = 0; word < from.length; word++) {
            double[] next = new double[count];
            Arrays.fill(next, Double.NEGATIVE_INFINITY);
            for (int tag = 0; tag < count; tag++) {
                for (int before = word == 0 ? -1 : 0; before < (word == 0 ? 0 : count); before++) {
                    double score =
                            (before < 0 ? 0 : best[before]) + logProbabilities.get(word)[tag];
                    if (score > next[tag] && fits[tag][before < 0 ? count : before]) {
                        next[tag] = score;
                        from[word][tag] = before;
                    }
                }
            }
            best = next;
        }
        int[] path = new int[from.length];
        int tag = from.length == 0 ? 0 : Scores.best(best);
        for (int word = path.length - 1; word >= 0; word--) {
            path[word] = tag;
            tag = from[word][tag];
        }
        return path;
    }
}
