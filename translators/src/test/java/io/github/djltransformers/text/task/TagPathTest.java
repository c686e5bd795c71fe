package io.github.djltransformers.text.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TagPathTest {
    private static final List<String> LABELS = List.of("B-x", "B-y", "I-x", "I-y", "O");

    private static double[] logs(double... probabilities) {
        return Arrays.stream(probabilities).map(Math::log).toArray();
    }

    /** Alone the second word would be inside another type than the first begins. */
    @Test
    void whatGoesOnGoesOnWithWhatBegan() {
        TagPath path = new TagPath(LABELS);
        assertArrayEquals(new int[] {0, 2}, path.best(List.of(logs(.6, .1, .1, .1, .1), logs(.05, .05, .35, .5, .05))));
        assertArrayEquals(new int[] {4}, path.best(List.of(logs(.1, .1, .2, .4, .2))));
        assertEquals(0, path.best(List.of()).length);
    }

    /** The best of all paths, tried one by one, for random words. */
    @Test
    void noPathIsBetter() {
        Random random = new Random(1);
        for (int run = 0; run < 50; run++) {
            List<double[]> words = IntStream.range(0, 4)
                    .mapToObj(word -> logs(random.doubles(5, 0.01, 1).toArray()))
                    .toList();
            double best = Double.NEGATIVE_INFINITY;
            for (int number = 0; number < 625; number++) {
                int[] tags = {number % 5, number / 5 % 5, number / 25 % 5, number / 125};
                boolean fits = true;
                for (int i = 0; i < 4; i++) {
                    boolean goesOn = tags[i] == 2 || tags[i] == 3;
                    fits &= !goesOn || i > 0 && (tags[i - 1] == tags[i] || tags[i - 1] == tags[i] - 2);
                }
                best = fits ? Math.max(best, score(words, tags)) : best;
            }
            assertEquals(best, score(words, new TagPath(LABELS).best(words)), 1e-12);
        }
    }

    private static double score(List<double[]> words, int... tags) {
        return IntStream.range(0, tags.length)
                .mapToDouble(i -> words.get(i)[tags[i]])
                .sum();
    }
}
