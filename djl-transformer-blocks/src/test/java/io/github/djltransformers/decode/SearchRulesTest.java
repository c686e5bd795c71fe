package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        List<GeneratedSequence> best = search(config(2, 9, 1), batch);
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
        List<GeneratedSequence> best = search(config(2, 9, 1), batch);
        // After step 2: finished -.714 and -1.204, unfinished log(.3) / 2 = -.602. After step 3: -.803 against -.714.
        assertEquals(List.of(1, 2, 2), batch.rowsOfSteps());
        is(best.get(0), Math.log(.15), 3, FinishReason.END_TOKEN, 1, 1);
        is(best.get(1), Math.log(.24), 2, FinishReason.END_TOKEN, 1);
    }

    @Test
    void withoutLengthPenaltyTheShortOneWins() {
        List<GeneratedSequence> best = search(config(2, 9, 0), new ScriptedBatch(4, EARLY));
        assertEquals(Math.log(.3), best.get(0).score(), 1e-6);
        assertEquals(0, best.get(0).content().length);
        assertEquals(Math.log(.24), best.get(1).score(), 1e-6);
    }

    @Test
    void anUnfinishedOneThatIsNoBetterIsGivenUp() {
        // Both have probability .5, and the lower id goes first.
        ScriptedBatch batch = new ScriptedBatch(4, Map.of("", new double[] {.5, .5, 0, 0}));
        SequenceSearch search = new BeamSearch(config(1, 9, 1), new int[] {START});
        assertEquals(List.of(), search.step(batch.advance(new int[] {START}, search.candidates()), 0));
        assertEquals(0, search.rows());
        is(search.results().get(0), Math.log(.5), 1, FinishReason.END_TOKEN);
    }

    @Test
    void equalExtensionsGoByTheBetterSequenceThenTheLowerId() {
        Map<String, double[]> script = Map.of(
                "", new double[] {0, .5, .5, 0},
                "1", new double[] {0, .5, .5, 0},
                "2", new double[] {0, .5, .5, 0});
        List<GeneratedSequence> best = search(config(4, 2, 1), new ScriptedBatch(4, script));
        assertEquals(
                List.of("[1, 1]", "[1, 2]", "[2, 1]", "[2, 2]"),
                best.stream().map(h -> Arrays.toString(h.content())).toList());
    }

    @Test
    void theLimitOfLengthFinishesTheFirstK() {
        List<GeneratedSequence> best = search(config(2, 1, 1), new ScriptedBatch(4, LATE));
        assertEquals(2, best.size());
        is(best.get(0), Math.log(.6), 1, FinishReason.LENGTH, 1);
        is(best.get(1), Math.log(.3), 1, FinishReason.LENGTH, 2);
    }

    @Test
    void anInputWithNothingLeftToWriteIsDone() {
        ScriptedBatch batch = new ScriptedBatch(4, Map.of("", new double[] {1, 0, 0, 0}));
        List<GeneratedSequence> best = search(config(2, 9, 1), batch);
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
            List<List<GeneratedSequence>> all = Searches.run(batch, config(beams, 9, 1), START);
            assertEquals(beams == 1 ? List.of(3, 2, 2) : List.of(3, 5, 4), batch.rowsOfSteps());
            assertEquals(3, all.size());
            assertEquals(all.get(0), all.get(2));
            assertArrayEquals(new int[] {1, 1}, all.get(0).get(0).content());
            assertArrayEquals(new int[0], all.get(1).get(0).content());
        }
    }

    @Test
    void greedyTakesTheBestTokenUntilTheEndOrTheLimit() {
        List<GeneratedSequence> ended = search(config(1, 9, 2), new ScriptedBatch(4, LATE));
        assertEquals(1, ended.size());
        assertArrayEquals(new int[] {1, 1}, ended.get(0).content());
        assertEquals(Math.log(.18) / 9, ended.get(0).score(), 1e-6);
        List<GeneratedSequence> cut = search(config(1, 2, 1), new ScriptedBatch(4, LATE));
        is(cut.get(0), Math.log(.3), 2, FinishReason.LENGTH, 1, 1);
    }

    @Test
    void everyInputHasALimitOfItsOwn() {
        for (int beams : new int[] {1, 2}) {
            List<GeneratedSequence> free = search(config(beams, 9, 1), new ScriptedBatch(4, LATE));
            List<List<GeneratedSequence>> all =
                    Searches.run(new ScriptedBatch(4, LATE, LATE, LATE), config(beams, 9, 1), START, 9, 2, 99);
            assertEquals(free, all.get(0));
            assertEquals(free, all.get(2));
            assertEquals(FinishReason.LENGTH, all.get(1).get(0).finishReason());
            assertArrayEquals(new int[] {1, 1}, all.get(1).get(0).content());
            assertEquals(search(config(beams, 2, 1), new ScriptedBatch(4, LATE)), all.get(1));
        }
    }

    /** Greedy search and beams alike keep what they have when the model can read no more. */
    @Test
    void whereTheModelHasNoMoreRoomWhatWasFoundIsKept() {
        for (int beams : new int[] {1, 2}) {
            ScriptedBatch full = new ScriptedBatch(4, LATE).withRoom(2);
            assertEquals(search(config(beams, 2, 1), new ScriptedBatch(4, LATE)), search(config(beams, 9, 1), full));
            assertEquals(
                    "Generation: inputs must leave the model room for a token, got beginnings as long as it can read",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> search(config(1, 9, 1), new ScriptedBatch(4, LATE).withRoom(0)))
                            .getMessage());
        }
    }

    @Test
    void anyOfSeveralEndTokensEnds() {
        GenerationConfig config =
                config(1, 9, 1).toBuilder().optEndIds(Set.of(END, 1)).build();
        List<GeneratedSequence> one = search(config, new ScriptedBatch(4, LATE));
        assertArrayEquals(new int[] {1}, one.get(0).tokens());
        assertArrayEquals(new int[0], one.get(0).content());
        // Of [1] .6, [2] .3 and [] .1 the first ends as the best; [2] goes on, and [2 0] .27 is better than it.
        GenerationConfig beams =
                config.toBuilder().optBeams(2).optNBest(2).optLengthPenalty(0).build();
        List<GeneratedSequence> two = search(beams, new ScriptedBatch(4, LATE));
        assertArrayEquals(new int[] {1}, two.get(0).tokens());
        assertArrayEquals(new int[] {2, END}, two.get(1).tokens());
    }

    @Test
    void processorsDecideWhereTheyHaveASayAndLogProbabilitiesStayTheModels() {
        for (int beams : new int[] {1, 2}) {
            GenerationConfig config =
                    config(beams, 9, 1).toBuilder().optNBest(1).optFirstId(2).build();
            Map<String, double[]> script = Map.of("", new double[] {.1, .6, .3, 0}, "2", new double[] {1, 0, 0, 0});
            GeneratedSequence forced =
                    search(config, new ScriptedBatch(4, script)).get(0);
            assertArrayEquals(new int[] {2, END}, forced.tokens());
            assertEquals(Math.log(.3), forced.logProbability(), 1e-6);
            assertEquals(beams == 1 ? Math.log(.3) / 2 : 0, forced.score(), 1e-6);
        }
        requireRejected(
                "GenerationConfig: ids of tokens must be in [0, 4), got 7 among endIds [0], suppressed [7], tokenBias [], badWords [], requiredPhrases [],"
                        + " firstId -1 and lastId -1",
                () -> search(
                        config(1, 9, 1).toBuilder().optSuppressed(List.of(7)).build(), new ScriptedBatch(4, LATE)));
    }

    private static List<GeneratedSequence> search(GenerationConfig config, ScriptedBatch batch) {
        return Searches.run(batch, config, START).get(0);
    }

    private static GenerationConfig config(int beams, int maxNewTokens, double lengthPenalty) {
        return GenerationConfig.builder()
                .optBeams(beams)
                .optNBest(beams)
                .optMaxNewTokens(maxNewTokens)
                .optLengthPenalty(lengthPenalty)
                .optEndIds(Set.of(END))
                .build();
    }

    /** Asserts a hypothesis at length penalty 1. */
    private static void is(GeneratedSequence actual, double logProbability, int n, FinishReason reason, int... tokens) {
        assertArrayEquals(tokens, actual.content());
        assertEquals(logProbability, actual.logProbability(), 1e-6);
        assertEquals(logProbability / n, actual.score(), 1e-6);
        assertEquals(reason, actual.finishReason());
    }

    /** Two groups of one beam: the second takes the next best, as 1 loses more than it is ahead; without a penalty both are one. */
    @Test
    void groupsKeepAwayFromEachOther() {
        Map<String, double[]> script = Map.of(
                "", new double[] {0, .6, .4, 0},
                "1", new double[] {.9, .1, 0, 0},
                "2", new double[] {.8, .2, 0, 0});
        GenerationConfig alike =
                config(2, 9, 1).toBuilder().optBeamGroups(2).optNBest(2).build();
        List<GeneratedSequence> same = search(alike, new ScriptedBatch(4, script));
        is(same.get(0), Math.log(.54), 2, FinishReason.END_TOKEN, 1);
        is(same.get(1), Math.log(.54), 2, FinishReason.END_TOKEN, 1);
        ScriptedBatch batch = new ScriptedBatch(4, script);
        List<GeneratedSequence> apart =
                search(alike.toBuilder().optDiversityPenalty(1).build(), batch);
        assertEquals(List.of(1, 2), batch.rowsOfSteps());
        is(apart.get(0), Math.log(.54), 2, FinishReason.END_TOKEN, 1);
        assertArrayEquals(new int[] {2, 0}, apart.get(1).tokens());
        assertArrayEquals(
                new double[] {Math.log(.4), Math.log(.8)}, apart.get(1).logProbabilities(), 1e-6);
    }
}
