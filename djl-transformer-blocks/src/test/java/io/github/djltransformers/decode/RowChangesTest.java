package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.EngineTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is chosen from few candidates is what is chosen from the whole vocabulary. */
class RowChangesTest {
    private static final List<int[]> SOURCES = List.of(new int[] {3, 4, 2}, new int[] {7}, new int[] {5, 6, 9, 11, 3});

    @EngineTest
    void fewCandidatesAreEnough(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 37);
            GenerationConfig free = GenerationConfig.builder()
                    .optMaxNewTokens(14)
                    .optEndIds(Set.of(TinyTransformer.END))
                    .build();
            int likeliest = written(tiny, manager, free, false).get(0).get(0).tokens()[0];
            GenerationConfig lowered = free.toBuilder()
                    .optNoRepeatNgramSize(2)
                    .optRepetitionPenalty(1.3)
                    .optPresencePenalty(0.7)
                    .optFrequencyPenalty(0.3)
                    .optMinNewTokens(6)
                    .optBadWords(List.of(List.of(8), List.of(9, 10)))
                    .optSuppressed(List.of(likeliest))
                    .optTokenBias(Map.of(12, -2.5))
                    .build();
            for (GenerationConfig config : List.of(
                    free,
                    lowered,
                    lowered.toBuilder().optBeams(3).optNBest(3).build(),
                    lowered.toBuilder()
                            .optSampling(Sampling.PLAIN
                                    .withTemperature(5)
                                    .withTopK(6)
                                    .withSeed(3))
                            .optNBest(4)
                            .build(),
                    lowered.toBuilder().optTokenBias(Map.of(12, 2.5)).build())) {
                List<List<GeneratedSequence>> few = written(tiny, manager, config, false);
                List<List<GeneratedSequence>> all = written(tiny, manager, config, true);
                for (int i = 0; i < SOURCES.size(); i++) {
                    assertEquals(all.get(i).size(), few.get(i).size());
                    for (int j = 0; j < all.get(i).size(); j++) {
                        assertArrayEquals(
                                all.get(i).get(j).tokens(), few.get(i).get(j).tokens());
                        assertEquals(
                                all.get(i).get(j).score(), few.get(i).get(j).score(), 1e-4);
                    }
                }
            }
        }
    }

    /**
     * @param whole whether a processor asks for all scores, and changes none
     */
    private static List<List<GeneratedSequence>> written(
            TinyTransformer tiny, NDManager manager, GenerationConfig config, boolean whole) {
        Generation generation = new Generation(tiny.model(), new ParameterStore(manager, false), manager, config);
        return (whole ? generation.withProcessor((sequence, scores) -> {}) : generation)
                .fromSources(SOURCES, TinyTransformer.START);
    }

    /** A model that gives candidates and refuses all scores. */
    private static final class CandidatesAlone implements DecodingBatch {
        private final DecodingBatch batch;

        CandidatesAlone(DecodingBatch batch) {
            this.batch = batch;
        }

        @Override
        public int rows() {
            return batch.rows();
        }

        @Override
        public int vocabularySize() {
            return batch.vocabularySize();
        }

        @Override
        public int room() {
            return batch.room();
        }

        @Override
        public Candidates advance(int[] tokens, int count) {
            return batch.advance(tokens, count);
        }

        @Override
        public VocabularyScores scores() {
            throw new AssertionError("all scores are asked for");
        }

        @Override
        public void rewind(int count) {
            batch.rewind(count);
        }

        @Override
        public void select(int[] rows) {
            batch.select(rows);
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    @Test
    void nothingElseIsAskedFor() {
        double[] likely = {0.4, 0.3, 0.2, 0.1};
        GenerationConfig config = GenerationConfig.builder()
                .optMaxNewTokens(1)
                .optSuppressed(List.of(0))
                .optBadWords(List.of(List.of(1)))
                .build();
        DecodingBatch batch = new CandidatesAlone(new ScriptedBatch(4, Map.of("", likely)));
        GeneratedSequence found = Searches.run(batch, config, 3).get(0).get(0);
        assertArrayEquals(new int[] {2}, found.tokens());
        assertEquals(Math.log(0.2), found.logProbability(), 1e-6);
        GenerationConfig wide = config.toBuilder()
                .optSuppressed(List.of())
                .optBadWords(List.of())
                .optSampling(Sampling.PLAIN.withTopK(400).withSeed(1))
                .build();
        Searches.run(new CandidatesAlone(new ScriptedBatch(4, Map.of("", likely))), wide, 3);
    }

    /** Of a row with logits 3, 2, 2 and 1 that was read with one more candidate than is wanted. */
    @Test
    void lowersAndRanksAgain() {
        Candidates found = new Candidates(4, new int[] {5, 2, 7, 1}, new float[] {-1, -2, -2, -3}, new float[] {4});
        HostChoice ofLogits = new HostChoice(true, 10, 1, 2);
        ScoreChange halved = new RepetitionPenalty(2);
        assertTrue(ofLogits.rank(found, 0, new RowChanges(Map.of(5, halved), List.of())));
        Candidates best = ofLogits.candidates();
        assertEquals(2, best.count());
        assertEquals(2, best.token(0, 0)); // 2, as much as 7, with the lower id
        assertEquals(7, best.token(0, 1));
        assertEquals(2, best.score(0, 1));
        assertEquals(-2, best.logProb(0, 1));
        HostChoice ofLogProbs = new HostChoice(false, 10, 1, 2);
        assertTrue(ofLogProbs.rank(found, 0, new RowChanges(Map.of(5, new ScoreChange.Added(-1)), List.of())));
        assertEquals(2, ofLogProbs.candidates().token(0, 0)); // of three equals the lowest ids
        assertEquals(5, ofLogProbs.candidates().token(0, 1));
        assertEquals(-2, ofLogProbs.candidates().score(0, 1));
        assertEquals(-1, ofLogProbs.candidates().logProb(0, 1));
    }

    /** What was not found may be better than what was lowered to the last that was found. */
    @Test
    void looksAtAllWhereFewAreNotEnough() {
        Candidates found = new Candidates(3, new int[] {5, 2, 7}, new float[] {-1, -2, -3}, new float[1]);
        HostChoice choice = new HostChoice(false, 10, 1, 2);
        assertFalse(choice.rank(found, 0, new RowChanges(Map.of(2, new ScoreChange.Added(-1)), List.of())));
        assertFalse(choice.rank(found, 0, new RowChanges(Map.of(), List.of(token -> token != 5))));
        assertTrue(choice.rank(found, 0, new RowChanges(Map.of(), List.of(token -> token != 7))));
        HostChoice ofThree = new HostChoice(false, 3, 1, 2);
        assertTrue(ofThree.rank(found, 0, new RowChanges(Map.of(), List.of(token -> token == 7))));
        assertEquals(7, ofThree.candidates().token(0, 0));
        assertEquals(Float.NEGATIVE_INFINITY, ofThree.candidates().score(0, 1));
    }

    @Test
    void whatRaisesScoresIsNotTold() {
        assertNull(RowChanges.of(List.of(new TokenBias(Map.of(3, 1.0))), 1, 2));
        assertNull(RowChanges.of(List.of(new RepetitionPenalty(0.5)), 1, 2));
        assertNull(RowChanges.of(List.of((sequence, scores) -> {}), 1, 2));
        RowChanges changes = RowChanges.of(
                List.of(new TokenBias(Map.of(2, -1.0)), new RepetitionPenalty(2), (TokenFilter)
                        sequence -> token -> token != sequence.length),
                1,
                2);
        assertEquals(1, changes.of(1, 2)); // halved
        assertEquals(Float.NEGATIVE_INFINITY, changes.of(2, -0.5f)); // lowered, and forbidden after two tokens
        assertEquals(-0.5f, changes.of(3, -0.5f));
    }
}
