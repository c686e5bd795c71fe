package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.decode.VocabularyScores;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Rejections;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Compiled decoding equals eager decoding, step by step. */
class CompiledDecodingTest {
    private static final int STEPS = 55; // the caches of programs grow on the way
    private static final int CANDIDATES = 8;
    private static final int MOST_ROWS = 26;

    static final List<int[]> UNPADDED =
            List.of(new int[] {3, 9, 4, 7}, new int[] {8, 1, 1, 30}, new int[] {5, 36, 0, 2});
    static final List<int[]> PADDED =
            List.of(new int[] {3}, new int[] {8, 1, 22, 30, 11, 6, 17}, new int[] {5, 36, 0, 2});

    @EngineTest
    void candidatesEqualEagerOnes(String engine) {
        Parity parity = new Parity();
        for (int seed = 0; seed < 3; seed++) {
            int number = seed;
            TinyModels.with(engine, TinyModels::encoderDecoder, (model, manager) -> {
                compare(parity, "unpadded sources", model, manager, UNPADDED, new Random(number), CANDIDATES);
                compare(parity, "padded sources", model, manager, PADDED, new Random(10 + number), CANDIDATES);
            });
            TinyModels.with(engine, TinyModels::languageModel, (model, manager) -> {
                compare(parity, "beginnings", model, manager, UNPADDED, new Random(number), CANDIDATES);
                compare(parity, "padded beginnings", model, manager, PADDED, new Random(20 + number), CANDIDATES);
            });
        }
        parity.verify(engine + " decoding");
    }

    @EngineTest
    void candidatesOfModernWritersEqualEagerOnes(String engine) {
        Parity parity = new Parity();
        List<Function<NDManager, GenerativeModel>> writers = TinyModels.modernWriters();
        for (int i = 0; i < writers.size(); i++) {
            String name = "writer " + i;
            TinyModels.with(engine, writers.get(i), (model, manager) -> {
                compare(parity, name, model, manager, UNPADDED, new Random(1), CANDIDATES);
                compare(parity, name + " padded", model, manager, PADDED, new Random(2), CANDIDATES);
            });
        }
        parity.verify(engine + " decoding of modern writers");
    }

    /** Engines may take an array's memory as it is, which goes with the array. */
    @EngineTest
    void whatIsKeptOfInputsOutlivesThem(String engine) {
        Parity parity = new Parity();
        TinyModels.with(engine, TinyModels::languageModel, (model, manager) -> {
            TokenRows rows = TokenRows.of(PADDED, 0);
            try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                    DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
                System.gc();
                for (int i = 0; i < 1000; i++) {
                    try (NDManager scratch = manager.newSubManager()) {
                        assertEquals(21, HostArrays.of(scratch, new long[21]).size());
                    }
                }
                for (int step = 0; step < 3; step++) {
                    int[] tokens = {step, 2, 3};
                    compare(
                            parity,
                            "step " + step,
                            eager.advance(tokens, CANDIDATES),
                            compiled.advance(tokens, CANDIDATES));
                }
            }
        });
        parity.verify(engine + " decoding after inputs are gone");
    }

    /** What processors see is what the model's own candidates are chosen from. */
    @EngineTest
    void logitsEqualEagerOnes(String engine) {
        Parity parity = new Parity();
        for (Function<NDManager, GenerativeModel> maker :
                List.<Function<NDManager, GenerativeModel>>of(TinyModels::encoderDecoder, TinyModels::languageModel)) {
            TinyModels.with(engine, maker, (model, manager) -> {
                TokenRows rows = TokenRows.of(PADDED, 0);
                try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                        DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
                    for (int[] tokens : new int[][] {{1, 2, 3}, {5, 6, 7, 8}}) {
                        eager.advance(tokens, 3);
                        compiled.advance(tokens, 3);
                        VocabularyScores expected = eager.scores();
                        VocabularyScores actual = compiled.scores();
                        for (int row = 0; row < tokens.length; row++) {
                            float[] expectedRow = expected.logProbs(row);
                            float[] actualRow = actual.logProbs(row);
                            assertEquals(TinyModels.VOCABULARY, actualRow.length);
                            parity.compare("normaliser", expected.normaliser(row), actual.normaliser(row));
                            double sum = 0;
                            for (int token = 0; token < TinyModels.VOCABULARY; token++) {
                                parity.compare("log-prob", expectedRow[token], actualRow[token]);
                                sum += Math.exp(actualRow[token]);
                            }
                            assertEquals(1, sum, 1e-4);
                        }
                        eager.select(new int[] {2, 0, 0, 1});
                        compiled.select(new int[] {2, 0, 0, 1});
                        assertThrows(IllegalStateException.class, eager::scores);
                        assertThrows(IllegalStateException.class, compiled::scores);
                        assertThrows(IllegalStateException.class, () -> actual.logProbs(0));
                    }
                    assertEquals(eager.room(), compiled.room());
                }
            });
        }
        parity.verify(engine + " logits");
    }

    /** As many tokens as engines have other ways to find the best of. */
    @EngineTest
    void candidatesAmongManyTokensEqualEagerOnes(String engine) {
        Parity parity = new Parity();
        TinyModels.with(engine, manager -> TinyModels.encoderDecoder(manager, 1920), (model, manager) -> {
            for (int count : new int[] {1, 3, CANDIDATES}) {
                compare(parity, "padded sources", model, manager, PADDED, new Random(count), count);
            }
        });
        parity.verify(engine + " decoding among many tokens");
    }

    static void compare(
            Parity parity,
            String name,
            GenerativeModel model,
            NDManager manager,
            List<int[]> inputs,
            Random random,
            int count) {
        TokenRows rows = TokenRows.of(inputs, 0);
        try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
            assertFalse(compiled instanceof EagerDecodingBatch, "not compiled");
            int[] sources = IntStream.range(0, inputs.size()).toArray();
            for (int step = 0; step < STEPS; step++) {
                assertEquals(sources.length, compiled.rows());
                int[] tokens = TinyModels.tokens(random, sources.length);
                String at = name + " step " + step;
                compare(parity, at, eager.advance(tokens, count), compiled.advance(tokens, count));
                int[] chosen = step == STEPS / 2 ? leave(sources, random) : select(step, sources, random);
                eager.select(chosen);
                compiled.select(chosen);
                int[] old = sources;
                sources = IntStream.of(chosen).map(row -> old[row]).toArray();
            }
        }
    }

    /** A way to go on: rows as they are, in another order, drawn at random, or beams side by side, as searches do. */
    private static int[] select(int step, int[] sources, Random random) {
        int rows = sources.length;
        return switch (step % 6) {
            case 1 -> {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, rows).boxed().toList());
                Collections.shuffle(order, random);
                yield order.stream().mapToInt(Integer::intValue).toArray();
            }
            case 2 -> random.ints(1 + random.nextInt(MOST_ROWS), 0, rows).toArray();
            case 3, 4 -> beams(sources, 3, random);
            default -> IntStream.range(0, rows).toArray();
        };
    }

    /** Each source that is left has equally many rows side by side, each a row that it had. */
    private static int[] beams(int[] sources, int count, Random random) {
        return IntStream.of(sources)
                .distinct()
                .sorted()
                .flatMap(source -> {
                    int[] own = IntStream.range(0, sources.length)
                            .filter(row -> sources[row] == source)
                            .toArray();
                    return IntStream.range(0, count).map(beam -> own[random.nextInt(own.length)]);
                })
                .toArray();
    }

    /** All rows of one source are dropped, if there is another. */
    private static int[] leave(int[] sources, Random random) {
        int leaving = sources[random.nextInt(sources.length)];
        int[] left = IntStream.range(0, sources.length)
                .filter(row -> sources[row] != leaving)
                .toArray();
        return left.length == 0 ? IntStream.range(0, sources.length).toArray() : left;
    }

    static void compare(Parity parity, String name, Candidates eager, Candidates compiled) {
        assertEquals(eager.rows(), compiled.rows(), name);
        assertEquals(eager.count(), compiled.count(), name);
        for (int row = 0; row < eager.rows(); row++) {
            for (int rank = 0; rank < eager.count(); rank++) {
                String at = name + " row " + row + " rank " + rank;
                parity.compare(at, eager.logProb(row, rank), compiled.logProb(row, rank));
                if (!tied(eager, row, rank)) {
                    assertEquals(
                            eager.token(row, rank),
                            compiled.token(row, rank),
                            at + ": " + eager.logProb(row, rank) + " and " + compiled.logProb(row, rank));
                }
            }
        }
    }

    /** Whether rounding may give a rank to another token, the last one's rival being unknown. */
    private static boolean tied(Candidates candidates, int row, int rank) {
        return candidates.count() > 1 && rank == candidates.count() - 1
                || rank + 1 < candidates.count() && near(candidates, row, rank, rank + 1)
                || rank > 0 && near(candidates, row, rank - 1, rank);
    }

    private static boolean near(Candidates candidates, int row, int rank, int next) {
        float above = candidates.logProb(row, rank);
        return Parity.distance(above, candidates.logProb(row, next)) < 2 * Parity.TOLERANCE;
    }

    /** Engines would clamp or wrap a wrong id, or fail in a way of their own. */
    @EngineTest
    void errorsAreThoseOfEagerDecoding(String engine) {
        TinyModels.with(engine, TinyModels::encoderDecoder, (model, manager) -> {
            String wrongId = "TokenRows: ids must be in [0, 37), got 37; the tokenizer and the model must share one"
                    + " vocabulary";
            Rejections.requireRejected(
                    wrongId, () -> TinyModels.installed(model, manager, TokenRows.of(List.of(new int[] {1, 37}), 0)));
            String tooLong = "DecodingBatch: sequence length must be at most 64 (the position table), got 65";
            TokenRows longSource = TokenRows.of(List.of(new int[TinyModels.MAX_LENGTH + 1]), 0);
            Rejections.requireRejected(tooLong, () -> TinyModels.installed(model, manager, longSource));
            TokenRows rows = TokenRows.of(UNPADDED, 0);
            try (DecodingBatch batch = TinyModels.installed(model, manager, rows)) {
                Rejections.requireRejected(
                        "DecodingBatch: tokens must be one for each of 3 rows, got 2",
                        () -> batch.advance(new int[] {1, 2}, 4));
                Rejections.requireRejected(wrongId, () -> batch.advance(new int[] {1, 37, 0}, 4));
            }
            try (DecodingBatch batch = TinyModels.installed(model, manager, rows)) {
                for (int step = 0; step < TinyModels.MAX_LENGTH; step++) {
                    batch.advance(new int[] {1, 2, 3}, 1);
                }
                Rejections.requireRejected(tooLong, () -> batch.advance(new int[] {1, 2, 3}, 1));
            }
        });
    }

    /** Rows are left-padded, and positions are those of kept tokens. */
    @EngineTest
    void paddedBeginningsGiveWhatEachGivesAlone(String engine) {
        Parity parity = new Parity();
        TinyModels.with(engine, TinyModels::languageModel, (model, manager) -> {
            List<Candidates> together = written(model, manager, PADDED, 0);
            for (int row = 0; row < PADDED.size(); row++) {
                List<Candidates> alone = written(model, manager, List.of(PADDED.get(row)), row);
                for (int step = 0; step < alone.size(); step++) {
                    for (int rank = 0; rank < CANDIDATES; rank++) {
                        String at = "row " + row + " step " + step + " rank " + rank;
                        Candidates expected = alone.get(step);
                        parity.compare(
                                at,
                                expected.logProb(0, rank),
                                together.get(step).logProb(row, rank));
                        if (!tied(expected, 0, rank)) {
                            assertEquals(
                                    expected.token(0, rank), together.get(step).token(row, rank), at);
                        }
                    }
                }
            }
        });
        parity.verify(engine + " padded beginnings");
    }

    /** The candidates of some steps, the tokens at each being numbered from a first row. */
    private static List<Candidates> written(
            GenerativeModel model, NDManager manager, List<int[]> beginnings, int firstRow) {
        try (DecodingBatch batch = TinyModels.installed(model, manager, TokenRows.of(beginnings, 0))) {
            List<Candidates> steps = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                int at = step;
                int[] tokens = IntStream.range(firstRow, firstRow + beginnings.size())
                        .map(row -> (7 * row + 3 * at + 1) % TinyModels.VOCABULARY)
                        .toArray();
                steps.add(batch.advance(tokens, CANDIDATES));
            }
            return steps;
        }
    }

    @EngineTest
    void candidatesAreAtMostTheVocabulary(String engine) {
        TinyModels.with(engine, TinyModels::languageModel, (model, manager) -> {
            try (DecodingBatch batch = TinyModels.installed(model, manager, TokenRows.of(UNPADDED, 0))) {
                assertEquals(
                        TinyModels.VOCABULARY,
                        batch.advance(new int[] {1, 2, 3}, 1000).count());
            }
        });
    }
}
