package io.github.djltransformers.text.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases worked by hand with the rules of conlleval. */
class SpanScoresTest {
    private static void check(String right, String told, int both, int expected, int given, int words) {
        SpanScores scores = new SpanScores();
        List<String> rightTags = List.of(right.split(" "));
        scores.add(rightTags, List.of(told.split(" ")));
        assertEquals(expected == 0 ? 0 : (double) both / expected, scores.recall(), 1e-12, right + " / " + told);
        assertEquals(given == 0 ? 0 : (double) both / given, scores.precision(), 1e-12, right + " / " + told);
        assertEquals(expected + given == 0 ? 0 : 2.0 * both / (expected + given), scores.f1(), 1e-12);
        assertEquals((double) words / rightTags.size(), scores.accuracy(), 1e-12);
    }

    @Test
    void aSpanIsRightIfTypeAndBothEndsAre() {
        check("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC", 2, 2, 2, 4);
        check("B-PER I-PER O B-LOC", "B-PER O O B-LOC", 1, 2, 2, 3);
        check("B-PER I-PER O B-LOC", "B-LOC I-LOC O B-LOC", 1, 2, 2, 2);
        check("O O O", "O B-PER O", 0, 0, 1, 2);
        check("O O", "O O", 0, 0, 0, 2);
    }

    @Test
    void whatGoesOnWithNothingOfItsTypeBegins() {
        check("B-PER I-PER", "I-PER I-PER", 1, 1, 1, 1);
        check("B-PER B-LOC", "B-PER I-LOC", 2, 2, 2, 1);
        check("B-PER B-PER", "B-PER I-PER", 0, 2, 1, 1);
        check("O B-PER O", "O I-PER O", 1, 1, 1, 2);
    }

    @Test
    void sentencesAreAddedUpAndMustBeOfOneLength() {
        SpanScores scores = new SpanScores();
        scores.add(List.of("B-A"), List.of("B-A"));
        scores.add(List.of("B-A", "O"), List.of("O", "B-A"));
        assertEquals(0.5, scores.f1(), 1e-12);
        assertEquals(1.0 / 3, scores.accuracy(), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> scores.add(List.of("O"), List.of()));
    }

    /** Two kinds of sentences, all right and all wrong, the wrong ones a third: F1 0.667 give or take its sampling error. */
    @Test
    void intervalsAreOverSentences() {
        SpanScores scores = new SpanScores();
        for (int i = 0; i < 300; i++) {
            scores.add(List.of("B-x", "O"), i % 3 == 0 ? List.of("B-y", "O") : List.of("B-x", "O"));
        }
        Bootstrap f1 = scores.f1Interval(1);
        double error = 1.96 * Math.sqrt(2.0 / 9 / 300);
        assertEquals(2.0 / 3 - error, f1.low(), 0.02);
        assertEquals(2.0 / 3 + error, f1.high(), 0.02);
        Bootstrap words = scores.accuracyInterval(1);
        assertEquals(5.0 / 6 - error / 2, words.low(), 0.01);
    }
}
