package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    @Test
    void selectsAsASortWouldWithTiesToTheLowerId() {
        Random random = new Random(5);
        int rows = 7;
        int vocabulary = 211;
        float[] logProbs = new float[rows * vocabulary];
        for (int i = 0; i < logProbs.length; i++) {
            logProbs[i] = -random.nextInt(40); // many ties
        }
        for (int count : new int[] {1, 2, 8, 211}) {
            Candidates candidates = Candidates.top(logProbs, new float[rows], count);
            assertEquals(rows, candidates.rows());
            assertEquals(count, candidates.count());
            for (int row = 0; row < rows; row++) {
                int from = row * vocabulary;
                List<Integer> sorted = IntStream.range(0, vocabulary)
                        .boxed()
                        .sorted(Comparator.comparingDouble(token -> -logProbs[from + token]))
                        .toList();
                for (int rank = 0; rank < count; rank++) {
                    assertEquals(sorted.get(rank), candidates.token(row, rank));
                    assertEquals(logProbs[from + sorted.get(rank)], candidates.logProb(row, rank));
                }
            }
        }
    }

    @Test
    void givesAllWhereTheVocabularyIsSmaller() {
        Candidates candidates = Candidates.top(new float[] {-3, -1, -2}, new float[1], 8);
        assertEquals(3, candidates.count());
        assertEquals(1, candidates.token(0, 0));
        assertEquals(2, candidates.token(0, 1));
        assertEquals(0, candidates.token(0, 2));
    }

    @Test
    void impossibleTokensComeLast() {
        float never = Float.NEGATIVE_INFINITY;
        Candidates candidates = Candidates.top(new float[] {never, never, -1, never, 0, never}, new float[1], 3);
        assertEquals(4, candidates.token(0, 0));
        assertEquals(2, candidates.token(0, 1));
        assertEquals(0, candidates.token(0, 2));
        assertEquals(never, candidates.logProb(0, 2));
    }

    @Test
    void refusesWhatIsNoDistribution() {
        float[] logProbs = {-1, -2, Float.NaN, Float.NaN};
        assertEquals(
                "Candidates: log-probabilities must be numbers, got NaN in row 1; the model's parameters or its input hold"
                        + " NaN or infinity",
                assertThrows(IllegalStateException.class, () -> Candidates.top(logProbs, new float[2], 1))
                        .getMessage());
    }

    @Test
    void refusesArraysThatDoNotFit() {
        assertEquals(
                "Candidates: tokens and logProbs must have count values for each row, got 3 and 3 for count 2 and"
                        + " 1 rows",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Candidates(2, new int[3], new float[3], new float[1]))
                        .getMessage());
    }
}
