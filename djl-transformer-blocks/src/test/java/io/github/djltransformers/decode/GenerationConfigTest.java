package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class GenerationConfigTest {
    @Test
    void factoriesReturnOneSequenceRankedByItsMean() {
        assertEquals(new GenerationConfig(1, 9, 1, 1, 2, 3), GenerationConfig.greedy(9, 2, 3));
        assertEquals(new GenerationConfig(4, 9, 1, 1, 2, 3), GenerationConfig.beam(4, 9, 2, 3));
        assertEquals(
                new GenerationConfig(4, 7, 0.6, 3, 2, 3),
                GenerationConfig.beam(4, 9, 2, 3)
                        .withLengthPenalty(0.6)
                        .withNBest(3)
                        .withMaxNewTokens(7));
    }

    @Test
    void refusesWhatCannotBeDone() {
        refuses("beams and maxNewTokens must be positive, got 0 and 9", () -> new GenerationConfig(0, 9, 1, 1, 2, 3));
        refuses("beams and maxNewTokens must be positive, got 4 and 0", () -> new GenerationConfig(4, 0, 1, 1, 2, 3));
        refuses("lengthPenalty must be finite, got NaN", () -> new GenerationConfig(4, 9, Double.NaN, 1, 2, 3));
        refuses("nBest must be in [1, beams = 4], got 5", () -> new GenerationConfig(4, 9, 1, 5, 2, 3));
        refuses("nBest must be in [1, beams = 4], got 0", () -> new GenerationConfig(4, 9, 1, 0, 2, 3));
        refuses("startId and endId must be at least 0, got -1 and 3", () -> new GenerationConfig(4, 9, 1, 1, -1, 3));
    }

    private static void refuses(String message, Runnable action) {
        assertEquals(
                "GenerationConfig: " + message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }

    @Test
    void chosenSearchFollowsTheBeams() {
        assertInstanceOf(GreedySearch.class, SequenceSearch.of(GenerationConfig.greedy(9, 2, 3)));
        assertInstanceOf(BeamSearch.class, SequenceSearch.of(GenerationConfig.beam(2, 9, 2, 3)));
        assertEquals(
                "GreedySearch: beams must be 1, got 2",
                assertThrows(IllegalArgumentException.class, () -> new GreedySearch(GenerationConfig.beam(2, 9, 2, 3)))
                        .getMessage());
    }

    @Test
    void hypothesisIsAValue() {
        int[] tokens = {4, 5};
        Hypothesis hypothesis = new Hypothesis(tokens, -1, -3, FinishReason.END_TOKEN);
        tokens[0] = 9;
        hypothesis.tokens()[1] = 9;
        assertArrayEquals(new int[] {4, 5}, hypothesis.tokens());
        assertEquals(new Hypothesis(new int[] {4, 5}, -1, -3, FinishReason.END_TOKEN), hypothesis);
        assertEquals(
                new Hypothesis(new int[] {4, 5}, -1, -3, FinishReason.END_TOKEN).hashCode(), hypothesis.hashCode());
        assertNotEquals(new Hypothesis(new int[] {4, 6}, -1, -3, FinishReason.END_TOKEN), hypothesis);
        assertEquals(
                "Hypothesis[tokens=[4, 5], score=-1.0, logProbability=-3.0, finishReason=END_TOKEN]",
                hypothesis.toString());
    }
}
