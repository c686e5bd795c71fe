package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Searches of models small enough to trace by hand. Token 0 ends a sequence, 3 starts it, V is 4. */
class SearchRulesTest {
    private static final int END = 0;
    private static final int START = 3;

    /** Traced: [1 1] .6 .5 .6, [1 2] .6 .3 .8 and [2] .3 .9 are finished in turn; the empty one is third of its step. */
    private static final Map<String, double[]> LATE = Map.of(
            "", new double[] {.1, .6, .3, 0},
            "1", new double[] {.2, .5, .3, 0},
            "2", new double[] {.9, .05, .05, 0},
            "1 1", new double[] {.6, .3, .1, 0},
            "1 2", new double[] {.8, .1, .1, 0});

    /** Traced: the empty one .3 ends in step 1, [1] .6 .4 in step 2, [1 1] .6 .5 .5 in step 3. */
    private static final Map<String, double[]> EARLY = Map.of(
            "", new double[] {.3, .6, .1, 0},
            "1", new double[] {.4, .5, .1, 0},
            "2", new double[] {.2, .4, .4, 0},
            "1 1", new double[] {.5, .3, .2, 0},
            "1 2", new double[] {.5, .25, .25, 0});

    @Test
    void onlyTheFirstKOfAStepMayFinishAndTheBestKFinishedStay() {
        ScriptedBatch batch = new ScriptedBatch(4, LATE);
        List<Hypothesis> best = beam(2, 9, 1).search(batch).get(0);
        assertEquals(List.of(1, 2, 2), batch.rowsOfSteps());
        assertEquals(List.of(START), batch.startTokens());
        assertEquals(2, best.size());
        // [2] was finished too: log(.27) / 2 = -.655 is less than both.
        is(best.get(0), Math.log(.18), 3, FinishReason.END_TOKEN, 1, 1);
        is(best.get(1), Math.log(.144), 3, FinishReason.END_TOKEN, 1, 2);
    }

    @Test
    void goesOnWhileTheBestUnfinishedBeatsTheWorstFinished() {
        ScriptedBatch batch = new ScriptedBatch(4, EARLY);
        List<Hypothesis> best = beam(2, 9, 1).search(batch).get(0);
        // After step 2: finished -.714 and -1.204, unfinished log(.3) / 2 = -.602. After step 3: -.803 against -.714.
        assertEquals(List.of(1, 2, 2), batch.rowsOfSteps());
        is(best.get(0), Math.log(.15), 3, FinishReason.END_TOKEN, 1, 1);
        is(best.get(1), Math.log(.24), 2, FinishReason.END_TOKEN, 1);
    }

    @Test
    void withoutLengthPenaltyTheShortOneWins() {
        List<Hypothesis> best =
                beam(2, 9, 0).search(new ScriptedBatch(4, EARLY)).get(0);
        assertEquals(Math.log(.3), best.get(0).score(), 1e-6);
        assertEquals(0, best.get(0).tokens().length);
        assertEquals(Math.log(.24), best.get(1).score(), 1e-6);
    }

    @Test
    void anUnfinishedOneThatIsNoBetterIsGivenUp() {
        // Both have probability .5, and the lower id goes first.
        ScriptedBatch batch = new ScriptedBatch(4, Map.of("", new double[] {.5, .5, 0, 0}));
        List<Hypothesis> best = beam(1, 9, 1).search(batch).get(0);
        assertEquals(List.of(1), batch.rowsOfSteps());
        is(best.get(0), Math.log(.5), 1, FinishReason.END_TOKEN);
    }

    @Test
    void equalExtensionsGoByTheBetterSequenceThenTheLowerId() {
        Map<String, double[]> script = Map.of(
                "", new double[] {0, .5, .5, 0},
                "1", new double[] {0, .5, .5, 0},
                "2", new double[] {0, .5, .5, 0});
        List<Hypothesis> best =
                beam(4, 2, 1).search(new ScriptedBatch(4, script)).get(0);
        assertEquals(
                List.of("[1, 1]", "[1, 2]", "[2, 1]", "[2, 2]"),
                best.stream().map(h -> Arrays.toString(h.tokens())).toList());
    }

    @Test
    void theLimitOfLengthFinishesTheFirstK() {
        List<Hypothesis> best = beam(2, 1, 1).search(new ScriptedBatch(4, LATE)).get(0);
        assertEquals(2, best.size());
        is(best.get(0), Math.log(.6), 1, FinishReason.LENGTH, 1);
        is(best.get(1), Math.log(.3), 1, FinishReason.LENGTH, 2);
    }

    @Test
    void anInputWithNothingLeftToWriteIsDone() {
        ScriptedBatch batch = new ScriptedBatch(4, Map.of("", new double[] {1, 0, 0, 0}));
        List<Hypothesis> best = beam(2, 9, 1).search(batch).get(0);
        assertEquals(1, best.size());
        is(best.get(0), 0, 1, FinishReason.END_TOKEN);
        assertEquals(List.of(1), batch.rowsOfSteps());
    }

    @Test
    void anInputThatIsDoneLeavesTheBatch() {
        Map<String, double[]> short1 = Map.of("", new double[] {.9, .06, .04, 0});
        for (int beams : new int[] {1, 2}) {
            Map<String, double[]> ends =
                    beams == 1 ? short1 : Map.of("", new double[] {.9, .1, 0, 0}, "1", new double[] {.9, .1, 0, 0});
            ScriptedBatch batch = new ScriptedBatch(4, LATE, ends, LATE);
            List<List<Hypothesis>> all = SequenceSearch.of(config(beams, 9, 1)).search(batch);
            assertEquals(beams == 1 ? List.of(3, 2, 2) : List.of(3, 5, 4), batch.rowsOfSteps());
            assertEquals(3, all.size());
            assertEquals(all.get(0), all.get(2));
            assertArrayEquals(new int[] {1, 1}, all.get(0).get(0).tokens());
            assertArrayEquals(new int[0], all.get(1).get(0).tokens());
        }
    }

    @Test
    void greedyTakesTheBestTokenUntilTheEndOrTheLimit() {
        List<Hypothesis> ended = new GreedySearch(config(1, 9, 2))
                .search(new ScriptedBatch(4, LATE))
                .get(0);
        assertEquals(1, ended.size());
        assertArrayEquals(new int[] {1, 1}, ended.get(0).tokens());
        assertEquals(Math.log(.18) / 9, ended.get(0).score(), 1e-6);
        List<Hypothesis> cut = new GreedySearch(config(1, 2, 1))
                .search(new ScriptedBatch(4, LATE))
                .get(0);
        is(cut.get(0), Math.log(.3), 2, FinishReason.LENGTH, 1, 1);
    }

    @Test
    void everyInputHasALimitOfItsOwn() {
        for (int beams : new int[] {1, 2}) {
            SequenceSearch search = SequenceSearch.of(config(beams, 9, 1));
            List<Hypothesis> free = search.search(new ScriptedBatch(4, LATE)).get(0);
            List<List<Hypothesis>> all =
                    search.search(new ScriptedBatch(4, LATE, LATE, LATE), input -> input == 1 ? 2 : Integer.MAX_VALUE);
            assertEquals(free, all.get(0));
            assertEquals(free, all.get(2));
            assertEquals(FinishReason.LENGTH, all.get(1).get(0).finishReason());
            assertArrayEquals(new int[] {1, 1}, all.get(1).get(0).tokens());
            assertEquals(
                    SequenceSearch.of(config(beams, 2, 1))
                            .search(new ScriptedBatch(4, LATE))
                            .get(0),
                    all.get(1));
        }
    }

    private static BeamSearch beam(int beams, int maxNewTokens, double lengthPenalty) {
        return new BeamSearch(config(beams, maxNewTokens, lengthPenalty));
    }

    private static GenerationConfig config(int beams, int maxNewTokens, double lengthPenalty) {
        return new GenerationConfig(beams, maxNewTokens, lengthPenalty, beams, START, END);
    }

    /** Asserts a hypothesis at length penalty 1. */
    private static void is(Hypothesis actual, double logProbability, int n, FinishReason reason, int... tokens) {
        assertArrayEquals(tokens, actual.tokens());
        assertEquals(logProbability, actual.logProbability(), 1e-6);
        assertEquals(logProbability / n, actual.score(), 1e-6);
        assertEquals(reason, actual.finishReason());
    }
}
