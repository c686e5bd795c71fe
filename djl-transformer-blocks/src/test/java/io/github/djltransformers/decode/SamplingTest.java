package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is drawn has the distribution that Hugging Face's rules give, and is a function of the seed. */
class SamplingTest {
    private static final double[] MODEL = {0.02, 0.25, 0.08, 0.2, 0.001, 0.12, 0.05, 0.15, 0.03, 0.009, 0.04, 0.05};
    private static final int DRAWS = 40_000;

    /** The tiny model is sure of what it writes. */
    private static final Sampling FLAT = Sampling.PLAIN.withTemperature(50);

    /** Of a chi-square statistic with 11 degrees of freedom, or less, one in a hundred thousand is above. */
    private static final double LIMIT = 43;

    static List<Sampling> rules() {
        return List.of(
                Sampling.PLAIN,
                Sampling.PLAIN.withTemperature(0.5),
                Sampling.PLAIN.withTemperature(2.5),
                Sampling.PLAIN.withTopK(4),
                Sampling.PLAIN.withTopP(0.75),
                Sampling.PLAIN.withMinP(0.21),
                Sampling.PLAIN.withTypicalP(0.6),
                Sampling.PLAIN.withEpsilonCutoff(0.045),
                Sampling.PLAIN.withEtaCutoff(0.3),
                Sampling.PLAIN
                        .withTemperature(1.3)
                        .withTopK(8)
                        .withTopP(0.9)
                        .withMinP(0.2)
                        .withTypicalP(0.9));
    }

    /** The rules one after the other on all scores, as Hugging Face's warpers are written. */
    private static double[] expected(Sampling sampling) {
        double[] scores = Arrays.stream(MODEL)
                .map(p -> Math.log(p) / sampling.temperature())
                .toArray();
        if (sampling.topK() > 0) {
            double least = Arrays.stream(scores).sorted().toArray()[scores.length - sampling.topK()];
            remove(scores, i -> scores[i] < least);
        }
        if (sampling.topP() < 1) {
            double[] p = softmax(scores);
            double sum = 0;
            for (int i : sorted(i -> p[i])) {
                sum += p[i];
                if (sum <= 1 - sampling.topP()) {
                    scores[i] = Double.NEGATIVE_INFINITY;
                }
            }
        }
        if (sampling.minP() > 0) {
            double[] p = softmax(scores);
            double best = Arrays.stream(p).max().orElseThrow();
            remove(scores, i -> p[i] < sampling.minP() * best);
        }
        if (sampling.typicalP() < 1) {
            double[] p = softmax(scores);
            double entropy = entropy(p);
            int[] order = sorted(i -> Math.abs(-Math.log(p[i]) - entropy));
            double sum = 0;
            for (int i : order) {
                if (sum >= sampling.typicalP()) {
                    scores[i] = Double.NEGATIVE_INFINITY;
                }
                sum += p[i];
            }
        }
        if (sampling.epsilonCutoff() > 0) {
            double[] p = softmax(scores);
            remove(scores, i -> p[i] < sampling.epsilonCutoff());
        }
        if (sampling.etaCutoff() > 0) {
            double[] p = softmax(scores);
            double eta = sampling.etaCutoff();
            double least = Math.min(eta, Math.sqrt(eta) * Math.exp(-entropy(p)));
            remove(scores, i -> p[i] < least);
        }
        return softmax(scores);
    }

    private static void remove(double[] scores, IntPredicate which) {
        for (int i : IntStream.range(0, scores.length).filter(which).toArray()) {
            scores[i] = Double.NEGATIVE_INFINITY;
        }
    }

    private static int[] sorted(IntToDoubleFunction by) {
        return IntStream.range(0, MODEL.length)
                .boxed()
                .sorted(Comparator.comparingDouble((ToDoubleFunction<Integer>) by::applyAsDouble))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] softmax(double... scores) {
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        return Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
    }

    private static double entropy(double... p) {
        return -Arrays.stream(p).filter(q -> q > 0).map(q -> q * Math.log(q)).sum();
    }

    private static List<GeneratedSequence> draw(GenerationConfig config, Map<String, double[]> script) {
        ScriptedBatch batch = new ScriptedBatch(MODEL.length, List.of(script).toArray(new Map[0]));
        return Searches.run(batch, config, 0).get(0);
    }

    private static GenerationConfig config(Sampling sampling, int samples, int tokens) {
        return GenerationConfig.builder()
                .optSampling(sampling)
                .optNBest(samples)
                .optMaxNewTokens(tokens)
                .build();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void drawsHaveTheDistributionOfTheRules(Sampling sampling) {
        int[] counts = new int[MODEL.length];
        for (GeneratedSequence sample : draw(config(sampling.withSeed(7), DRAWS, 1), Map.of("", MODEL))) {
            int token = sample.tokens()[0];
            counts[token]++;
            assertEquals(Math.log(MODEL[token]), sample.logProbability(), 1e-5);
        }
        double statistic = 0;
        double[] expected = expected(sampling);
        for (int i = 0; i < counts.length; i++) {
            if (expected[i] == 0) {
                assertEquals(0, counts[i], "token " + i);
            } else {
                double mean = expected[i] * DRAWS;
                statistic += (counts[i] - mean) * (counts[i] - mean) / mean;
            }
        }
        assertTrue(statistic < LIMIT, "chi-square " + statistic + " of " + Arrays.toString(counts));
        long left = Arrays.stream(expected).filter(p -> p > 0).count();
        assertTrue(sampling.equals(Sampling.PLAIN) || sampling.temperature() != 1 || left < MODEL.length);
    }

    /** Of two tokens the second is drawn from what follows the first. */
    @Test
    void laterTokensAreDrawnFromTheirOwnDistribution() {
        double[] first = new double[MODEL.length];
        first[1] = 0.5;
        first[2] = 0.5;
        double[] other = new double[MODEL.length];
        other[3] = 1;
        Map<String, double[]> script = Map.of("", first, "1", MODEL, "2", other);
        int ones = 0;
        int threes = 0;
        for (GeneratedSequence sample : draw(config(Sampling.PLAIN.withSeed(3), 4000, 2), script)) {
            if (sample.tokens()[0] == 1) {
                ones++;
                threes += sample.tokens()[1] == 3 ? 1 : 0;
            } else {
                assertArrayEquals(new int[] {2, 3}, sample.tokens());
            }
        }
        assertEquals(2000, ones, 150);
        assertEquals(0.2, (double) threes / ones, 0.04);
    }

    @Test
    void aSampleDependsOnItsSeedAndItsNumberAlone() {
        Map<String, double[]> script = Map.of("", MODEL);
        List<GeneratedSequence> many = draw(config(Sampling.PLAIN.withSeed(5), 8, 1), script);
        assertEquals(many, draw(config(Sampling.PLAIN.withSeed(5), 8, 1), script));
        assertEquals(many.subList(0, 3), draw(config(Sampling.PLAIN.withSeed(5), 3, 1), script));
        assertNotEquals(many, draw(config(Sampling.PLAIN.withSeed(6), 8, 1), script));
        ScriptedBatch two = new ScriptedBatch(MODEL.length, Map.of("", MODEL), Map.of("", MODEL));
        List<List<GeneratedSequence>> both = Searches.run(two, config(Sampling.PLAIN.withSeed(5), 8, 1), 0);
        assertEquals(List.of(many, many), both);
    }

    /** A sample that ends leaves the batch; the others go on. */
    @Test
    void samplesEndOneByOne() {
        double[] even = new double[MODEL.length];
        even[1] = 0.5;
        even[2] = 0.5;
        Map<String, double[]> script = Map.of("", even, "1", even, "1 1", even);
        GenerationConfig config = config(Sampling.PLAIN.withSeed(1), 64, 3).toBuilder()
                .optEndIds(Set.of(2))
                .build();
        List<GeneratedSequence> samples = draw(config, script);
        assertEquals(64, samples.size());
        assertEquals(
                32,
                samples.stream().filter(sample -> sample.tokens().length == 1).count(),
                12);
        for (GeneratedSequence sample : samples) {
            assertEquals(sample.tokens().length < 3 || sample.tokens()[2] == 2, sample.ended());
        }
    }

    @Test
    void theSameSeedGivesTheSameTokensOnBothEnginesAndInAStream() {
        List<int[]> drawn = new ArrayList<>();
        for (String engine : List.of("PyTorch", "MXNet")) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                DecoderLanguageModel model = Samples.initialized(
                        manager,
                        DataType.FLOAT32,
                        new DecoderLanguageModel(new TransformerConfig(
                                LayerConfig.of(12, 3, 20).withNorm(NormPlacement.PRE),
                                0,
                                2,
                                37,
                                48,
                                PositionKind.LEARNED,
                                true)));
                for (Sampling sampling : List.of(FLAT, FLAT.withTopK(9).withTopP(0.9))) {
                    GenerationConfig config = config(sampling.withSeed(11), 1, 30);
                    Generation generation = new Generation(model, new ParameterStore(manager, false), manager, config);
                    int[] tokens = generation
                            .fromPrompts(List.of(new int[] {3, 4}))
                            .get(0)
                            .get(0)
                            .tokens();
                    assertEquals(30, tokens.length);
                    drawn.add(tokens);
                    try (TokenStream stream = generation.stream(3, 4)) {
                        for (int token : tokens) {
                            assertEquals(token, stream.next().id());
                        }
                    }
                }
            }
        }
        assertArrayEquals(drawn.get(0), drawn.get(2));
        assertArrayEquals(drawn.get(1), drawn.get(3));
        assertTrue(Arrays.stream(drawn.get(0)).distinct().count() > 3);
    }

    @Test
    void wrongRulesAreNamed() {
        assertEquals(
                "Sampling: topP must be in (0, 1], got 1.5",
                assertThrows(IllegalArgumentException.class, () -> Sampling.PLAIN.withTopP(1.5))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Sampling.PLAIN.withTemperature(0));
        assertThrows(IllegalArgumentException.class, () -> Sampling.PLAIN.withTopK(-1));
        assertThrows(IllegalArgumentException.class, () -> Sampling.PLAIN.withMinP(2));
        assertThrows(IllegalArgumentException.class, () -> Sampling.PLAIN.withTypicalP(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> GenerationConfig.builder()
                        .optSampling(Sampling.PLAIN)
                        .optBeams(2)
                        .build());
    }
}
