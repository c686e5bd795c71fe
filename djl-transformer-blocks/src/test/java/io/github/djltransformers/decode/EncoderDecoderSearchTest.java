package io.github.djltransformers.decode;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.testing.EngineTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class EncoderDecoderSearchTest {
    private static final int[] SOURCE = {3, 4, 2};

    @EngineTest
    void wideBeamFindsWhatExhaustiveSearchFinds(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 5);
            List<Written> all = new ArrayList<>();
            enumerate(tiny, 3, new int[] {TinyTransformer.START}, 0, all);
            assertEquals(1 + 4 + 4 * 4 * 5, all.size());
            for (double penalty : new double[] {0, 1, 2}) {
                all.sort(Comparator.comparingDouble(continuation -> -continuation.score(penalty)));
                GenerationConfig config = GenerationConfig.beam(100, 3, TinyTransformer.END).toBuilder()
                        .optLengthPenalty(penalty)
                        .optNBest(100)
                        .build();
                List<GeneratedSequence> found =
                        tiny.search(config, List.of(SOURCE)).get(0);
                assertEquals(all.size(), found.size());
                for (int i = 0; i < found.size(); i++) {
                    assertEquals(all.get(i).score(penalty), found.get(i).score(), 1e-5);
                }
                Written best = all.get(0);
                boolean ended = best.tokens[best.tokens.length - 1] == TinyTransformer.END;
                assertArrayEquals(
                        ended ? Arrays.copyOf(best.tokens, best.tokens.length - 1) : best.tokens,
                        found.get(0).content());
                assertEquals(best.logProbability, found.get(0).logProbability(), 1e-5);
                assertEquals(
                        ended ? FinishReason.END_TOKEN : FinishReason.LENGTH,
                        found.get(0).finishReason());
            }
        }
    }

    private static void enumerate(TinyTransformer tiny, int limit, int[] target, double sum, List<Written> all) {
        float[] next = tiny.logProbs(SOURCE, target)[target.length - 1];
        for (int token = 0; token < next.length; token++) {
            int[] longer = Arrays.copyOf(target, target.length + 1);
            longer[target.length] = token;
            if (token == TinyTransformer.END || target.length == limit) {
                all.add(new Written(Arrays.copyOfRange(longer, 1, longer.length), sum + next[token]));
            } else {
                enumerate(tiny, limit, longer, sum + next[token], all);
            }
        }
    }

    /** All new tokens of a sequence, the end token included. */
    private static final class Written {
        private final int[] tokens;
        private final double logProbability;

        Written(int[] tokens, double logProbability) {
            this.tokens = tokens;
            this.logProbability = logProbability;
        }

        double score(double penalty) {
            return logProbability / Math.pow(tokens.length, penalty);
        }
    }

    @EngineTest
    void greedyIsABeamOfOneAndTakesTheBestToken(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 9);
            GenerationConfig config = GenerationConfig.greedy(12, TinyTransformer.END);
            List<int[]> sources = sources(6, 9);
            try (DecodingBatch batch = tiny.batch(sources);
                    DecodingBatch again = tiny.batch(sources)) {
                List<List<GeneratedSequence>> greedy = Searches.run(batch, config, TinyTransformer.START);
                close(beamOfOne(again, config), greedy, 1e-6);
                for (int i = 0; i < sources.size(); i++) {
                    isGreedy(tiny, sources.get(i), greedy.get(i).get(0));
                }
            }
        }
    }

    /** What beam search finds with one beam, each input alone. */
    private static List<List<GeneratedSequence>> beamOfOne(DecodingBatch batch, GenerationConfig config) {
        List<SequenceSearch> all = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            all.add(new BeamSearch(config, new int[] {TinyTransformer.START}));
        }
        List<SequenceSearch> going = all;
        int[] tokens = new int[all.size()];
        Arrays.fill(tokens, TinyTransformer.START);
        while (!going.isEmpty()) {
            Candidates candidates = batch.advance(tokens, 2);
            List<Continuation> rows = new ArrayList<>();
            for (int row = 0; row < going.size(); row++) {
                rows.addAll(going.get(row).step(candidates, row));
            }
            going = going.stream().filter(search -> search.rows() > 0).toList();
            if (!rows.isEmpty()) {
                batch.select(rows.stream().mapToInt(Continuation::row).toArray());
                tokens = rows.stream().mapToInt(Continuation::token).toArray();
            }
        }
        return all.stream().map(SequenceSearch::results).toList();
    }

    /** Every token is the best, and the sum is right, by one pass without caches. */
    private static void isGreedy(TinyTransformer tiny, int[] source, GeneratedSequence hypothesis) {
        int[] tokens = hypothesis.content();
        int[] target = new int[tokens.length + 1];
        target[0] = TinyTransformer.START;
        System.arraycopy(tokens, 0, target, 1, tokens.length);
        float[][] logProbs = tiny.logProbs(source, target);
        boolean ended = hypothesis.finishReason() == FinishReason.END_TOKEN;
        assertEquals(ended ? tokens.length : 12, tokens.length);
        double sum = 0;
        for (int t = 0; t < (ended ? target.length : tokens.length); t++) {
            float best = Float.NEGATIVE_INFINITY;
            for (float logProb : logProbs[t]) {
                best = Math.max(best, logProb);
            }
            int token = t < tokens.length ? tokens[t] : TinyTransformer.END;
            assertEquals(best, logProbs[t][token], 1e-5);
            sum += logProbs[t][token];
        }
        assertEquals(sum, hypothesis.logProbability(), 1e-4);
    }

    @EngineTest
    void whatAnInputGetsDoesNotDependOnTheBatch(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 17);
            List<int[]> sources = sources(9, 17);
            for (int beams : new int[] {1, 3}) {
                GenerationConfig config = GenerationConfig.beam(beams, 10, TinyTransformer.END).toBuilder()
                        .optNBest(beams)
                        .build();
                List<List<GeneratedSequence>> together = tiny.search(config, sources);
                List<List<GeneratedSequence>> alone = sources.stream()
                        .map(source -> tiny.search(config, List.of(source)).get(0))
                        .toList();
                close(alone, together, 1e-5);
                for (List<GeneratedSequence> best : together) {
                    assertEquals(beams, best.size());
                    for (int i = 1; i < beams; i++) {
                        assertTrue(best.get(i - 1).score() >= best.get(i).score());
                    }
                }
            }
        }
    }

    @EngineTest
    void goesOnWithBeginningsOfAnyLength(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 17);
            List<int[]> sources = sources(4, 17);
            List<int[]> beginnings = List.of(
                    new int[] {TinyTransformer.START},
                    new int[] {TinyTransformer.START, 7, 5, 9},
                    new int[] {TinyTransformer.START, 3},
                    new int[] {TinyTransformer.START, 7, 5});
            for (int beams : new int[] {1, 3}) {
                GenerationConfig config = GenerationConfig.beam(beams, 6, TinyTransformer.END).toBuilder()
                        .optRepetitionPenalty(1.3)
                        .optNBest(beams)
                        .build();
                Generation generation =
                        new Generation(tiny.model(), new ParameterStore(manager, false), manager, config);
                List<List<GeneratedSequence>> together = generation.fromBeginnings(sources, beginnings, source -> 6);
                List<List<GeneratedSequence>> alone = IntStream.range(0, 4)
                        .mapToObj(i -> generation
                                .fromBeginnings(List.of(sources.get(i)), List.of(beginnings.get(i)), source -> 6)
                                .get(0))
                        .toList();
                close(alone, together, 1e-5);
            }
            GenerationConfig config = GenerationConfig.greedy(6, TinyTransformer.END);
            Generation generation = new Generation(tiny.model(), new ParameterStore(manager, false), manager, config);
            List<List<GeneratedSequence>> found = generation.fromBeginnings(sources, beginnings, source -> 6);
            for (int i = 0; i < 4; i++) {
                int[] beginning = beginnings.get(i);
                int[] written = found.get(i).get(0).tokens();
                int[] all = Arrays.copyOf(beginning, beginning.length + written.length);
                System.arraycopy(written, 0, all, beginning.length, written.length);
                float[][] logProbs = tiny.logProbs(sources.get(i), all);
                for (int t = 0; t < written.length; t++) {
                    float[] row = logProbs[beginning.length - 1 + t];
                    float best = Float.NEGATIVE_INFINITY;
                    for (float logProb : row) {
                        best = Math.max(best, logProb);
                    }
                    assertEquals(best, row[written[t]], 1e-5);
                    assertEquals(best, found.get(i).get(0).logProbabilities()[t], 1e-5);
                }
                try (TokenStream stream = generation.stream(sources.get(i), beginning)) {
                    while (stream.hasNext()) {
                        stream.next();
                    }
                    assertArrayEquals(written, stream.sequence().tokens());
                }
            }
        }
    }

    @EngineTest
    void beginningsLeaveTheModelRoom(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 17); // reads 24 tokens
            GenerationConfig config =
                    GenerationConfig.builder().optMaxNewTokens(99).build();
            Generation generation = new Generation(tiny.model(), new ParameterStore(manager, false), manager, config);
            int[] almost = new int[24];
            Arrays.fill(almost, 5);
            assertEquals(
                    List.of(1, 24),
                    generation
                            .fromBeginnings(List.of(SOURCE, SOURCE), List.of(almost, new int[] {1}), source -> 99)
                            .stream()
                            .map(found -> found.get(0).tokens().length)
                            .toList());
            requireRejected(
                    "Generation: inputs must leave the model room for a token, got beginnings as long as it can read",
                    () -> generation.fromBeginnings(List.of(SOURCE), List.of(new int[25]), source -> 99));
            requireRejected(
                    "Generation: beginnings must be one for each of 1 sources, got 2",
                    () -> generation.fromBeginnings(List.of(SOURCE), List.of(almost, almost), source -> 99));
        }
    }

    private static void close(
            List<List<GeneratedSequence>> expected, List<List<GeneratedSequence>> actual, double tolerance) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).size(), actual.get(i).size());
            for (int j = 0; j < expected.get(i).size(); j++) {
                GeneratedSequence one = expected.get(i).get(j);
                GeneratedSequence other = actual.get(i).get(j);
                assertArrayEquals(one.content(), other.content());
                assertEquals(one.score(), other.score(), tolerance);
                assertEquals(one.finishReason(), other.finishReason());
            }
        }
    }

    @EngineTest
    void finishedSearchesLeaveNoArrays(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 9);
            int before = manager.getManagedArrays().size();
            for (int i = 0; i < 100; i++) {
                tiny.search(GenerationConfig.greedy(4, TinyTransformer.END), sources(3, 9));
                tiny.search(GenerationConfig.beam(2, 4, TinyTransformer.END), sources(3, 9));
            }
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    @EngineTest
    void betweenStepsABatchOwnsItsCachesAlone(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 9);
            int before = manager.getManagedArrays().size();
            try (DecodingBatch batch = tiny.batch(sources(3, 9))) {
                int memory = 2 * 2 + 2; // keys and values of 2 layers, two parts of the mask
                assertEquals(before + memory, manager.getManagedArrays().size());
                for (int step = 0; step < 3; step++) {
                    batch.advance(new int[] {1, 1, 1}, 4);
                    assertEquals(
                            before + memory + 2 * 2, manager.getManagedArrays().size());
                    batch.select(new int[] {2, 0, 0});
                    assertEquals(
                            before + memory + 2 * 2, manager.getManagedArrays().size());
                }
            }
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    /** PyTorch records gradients in new threads: caches must not carry the history of every step before. */
    @EngineTest
    void decodingWithTrainableParametersKeepsNoHistory(String engine) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 9);
            GenerationConfig config = GenerationConfig.beam(2, 6, TinyTransformer.END);
            List<List<GeneratedSequence>> before = tiny.search(config, sources(3, 9));
            ParameterNames.trained(tiny.model())
                    .values()
                    .forEach(trained -> trained.getArray().setRequiresGradient(true));
            NDArray parameter = ParameterNames.trained(tiny.model())
                    .values()
                    .iterator()
                    .next()
                    .getArray();
            FutureTask<List<List<GeneratedSequence>>> search = new FutureTask<>(() -> {
                Set<String> parameters =
                        manager.getManagedArrays().stream().map(NDArray::getUid).collect(Collectors.toSet());
                try (DecodingBatch batch = tiny.batch(sources(3, 9))) {
                    batch.advance(new int[] {1, 1, 1}, 4);
                    batch.select(new int[] {0, 0, 2});
                    List<NDArray> kept = manager.getManagedArrays().stream()
                            .filter(array -> !parameters.contains(array.getUid()))
                            .toList();
                    assertEquals(2 * 2 + 2 + 2 * 2, kept.size());
                    kept.forEach(array -> assertFalse(recorded(array)));
                    try (NDArray made = parameter.mul(2)) {
                        assertEquals(engine.equals("PyTorch"), recorded(made));
                    }
                }
                return tiny.search(config, sources(3, 9));
            });
            Thread thread = new Thread(search);
            thread.start();
            thread.join();
            close(before, search.get(), 1e-6);
        }
    }

    /** Whether autograd can go back from an array. */
    private static boolean recorded(NDArray array) {
        try (GradientCollector collector = array.getManager().getEngine().newGradientCollector();
                NDArray sum = array.sum()) {
            collector.backward(sum);
            return true;
        } catch (EngineException e) {
            return false;
        }
    }

    @EngineTest
    void refusesWhatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TinyTransformer tiny = new TinyTransformer(manager, 9);
            assertEquals(
                    "TokenRows: sequences must be at least one, of at least one token each, got lengths [2, 0]",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> tiny.batch(List.of(new int[] {3, 2}, new int[0])))
                            .getMessage());
            try (DecodingBatch batch = tiny.batch(sources(2, 9))) {
                assertEquals(
                        "EagerDecodingBatch: tokens must be one for each of 2 rows, got 3",
                        assertThrows(IllegalArgumentException.class, () -> batch.advance(new int[3], 1))
                                .getMessage());
            }
        }
    }

    private static List<int[]> sources(int count, int vocabularySize) {
        Random random = new Random(3);
        List<int[]> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(random.ints(1 + random.nextInt(7), 3, vocabularySize).toArray());
        }
        return sources;
    }
}
