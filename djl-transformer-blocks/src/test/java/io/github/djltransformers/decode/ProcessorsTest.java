package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static float[] processed(ScoresProcessor processor, int... sequence) {
        float[] scores = {1, -2, 3, -4};
        processor.process(sequence, scores);
        return scores;
    }

    private static GenerationConfig rules(int minNew, int minLength, int first, int last) {
        return GenerationConfig.builder()
                .optMaxNewTokens(5)
                .optMinNewTokens(minNew)
                .optMinLength(minLength)
                .optSuppressed(List.of(2))
                .optFirstId(first)
                .optLastId(last)
                .optEndIds(Set.of(3))
                .build();
    }

    private static float[] ruled(GenerationConfig rules, int... sequence) {
        float[] scores = {1, -2, 3, -4};
        ConfiguredProcessors.of(rules, 1).forEach(processor -> processor.process(sequence, scores));
        return scores;
    }

    @Test
    void repetitionDividesPositiveScoresAndMultipliesNegativeOnesOnce() {
        assertArrayEquals(new float[] {0.5f, -4, 3, -4}, processed(new RepetitionPenalty(2), 0, 1, 0));
        requireRejected("RepetitionPenalty: penalty must be positive, got 0.0", () -> new RepetitionPenalty(0));
    }

    @Test
    void runsAreNotRepeated() {
        assertArrayEquals(new float[] {1, NEVER, 3, -4}, processed(new NoRepeatedNgrams(2), 0, 1, 2, 0));
        assertArrayEquals(new float[] {1, NEVER, NEVER, -4}, processed(new NoRepeatedNgrams(1), 1, 2));
        assertArrayEquals(new float[] {1, -2, 3, -4}, processed(new NoRepeatedNgrams(3), 0, 1));
        assertArrayEquals(new float[] {1, -2, NEVER, -4}, processed(new NoRepeatedNgrams(3), 0, 1, 2, 0, 1));
        requireRejected("NoRepeatedNgrams: size must be positive, got 0", () -> new NoRepeatedNgrams(0));
    }

    @Test
    void forbiddenRunsAreNotCompleted() {
        ForbiddenRuns runs = new ForbiddenRuns(List.of(new int[] {3}, new int[] {1, 2, 0}));
        assertArrayEquals(new float[] {NEVER, -2, 3, NEVER}, processed(runs, 0, 1, 2));
        assertArrayEquals(new float[] {1, -2, 3, NEVER}, processed(runs, 2));
        requireRejected(
                "ForbiddenRuns: runs must have a token each, got an empty one",
                () -> new ForbiddenRuns(List.of(new int[0])));
    }

    @Test
    void endsAreHeldBackAndTokensForced() {
        assertArrayEquals(new float[] {1, -2, NEVER, NEVER}, ruled(rules(2, 0, -1, -1), 0, 1));
        assertArrayEquals(new float[] {1, -2, NEVER, -4}, ruled(rules(2, 0, -1, -1), 0, 1, 1));
        assertArrayEquals(new float[] {1, -2, NEVER, NEVER}, ruled(rules(0, 4, -1, -1), 0, 1, 1));
        assertArrayEquals(new float[] {0, NEVER, NEVER, NEVER}, ruled(rules(0, 0, 0, -1), 1));
        assertArrayEquals(new float[] {1, -2, NEVER, -4}, ruled(rules(0, 0, 0, -1), 1, 1));
        assertArrayEquals(new float[] {NEVER, NEVER, NEVER, 0}, ruled(rules(0, 0, -1, 3), 1, 1, 1, 1, 1));
    }

    @Test
    void whatWasWrittenLosesByHowOftenItWas() {
        float[] scores = {1, 2, 3, 4};
        new OccurrencePenalties(2, 0.5, 0.25).process(new int[] {3, 3, 0, 1, 1}, scores);
        assertArrayEquals(new float[] {0.25f, 1, 3, 4}, scores);
    }

    @Test
    void biasesAreAdded() {
        float[] scores = {1, 2, 3};
        new TokenBias(Map.of(0, 2.5, 2, -1.0)).process(new int[] {0}, scores);
        assertArrayEquals(new float[] {3.5f, 2, 2}, scores);
    }
}
