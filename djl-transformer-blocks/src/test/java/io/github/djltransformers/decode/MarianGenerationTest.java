package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Fixture;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What Hugging Face transformers 4.57.6 writes with one model: sequences, their order and their scores. */
class MarianGenerationTest {
    private static final int NEW_TOKENS = 16;
    private static final double TOLERANCE = 1e-4;

    @EngineTest
    void greedy(String engine) throws Exception {
        check(engine, "greedy", 1, 0, NEW_TOKENS, "sum_logprob");
    }

    @EngineTest
    void fourBestOfFourBeams(String engine) throws Exception {
        check(engine, "beam4_ret4", 4, 1, NEW_TOKENS, "sequences_scores");
    }

    @EngineTest
    void bestOfFourBeams(String engine) throws Exception {
        check(engine, "beam4", 4, 1, NEW_TOKENS, "sequences_scores");
    }

    @EngineTest
    void withoutLengthPenalty(String engine) throws Exception {
        check(engine, "beam4_lp0", 4, 0, NEW_TOKENS, "sequences_scores");
    }

    @EngineTest
    void withTwiceTheLengthPenalty(String engine) throws Exception {
        check(engine, "beam4_lp2", 4, 2, NEW_TOKENS, "sequences_scores");
    }

    @EngineTest
    void unfinishedAtTheLimit(String engine) throws Exception {
        check(engine, "beam4_noforce", 4, 1, 0, "sequences_scores");
    }

    private static void check(
            String engine, String name, int beams, double lengthPenalty, int forcedEndAt, String scores)
            throws Exception {
        Gson gson = new Gson();
        JsonObject json;
        try (InputStream stream = MarianGenerationTest.class.getResourceAsStream("/fixtures/marian/generate.json")) {
            assertNotNull(stream);
            json = gson.fromJson(new InputStreamReader(stream, StandardCharsets.UTF_8), JsonObject.class);
        }
        List<int[]> sources = List.of(gson.fromJson(json.get("gen_input_ids"), int[][].class));
        JsonObject expected = json.getAsJsonObject("cases").getAsJsonObject(name);
        int[][] sequences = gson.fromJson(expected.get("sequences"), int[][].class);
        double[] expectedScores = gson.fromJson(expected.get(scores), double[].class);
        int nBest = sequences.length / sources.size();
        GenerationConfig config = GenerationConfig.beam(beams, NEW_TOKENS, MarianBatch.END).toBuilder()
                .optLengthPenalty(lengthPenalty)
                .optNBest(nBest)
                .build();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Fixture fixture = Fixture.read(manager, "marian/model");
            try (MarianBatch batch = new MarianBatch(manager, fixture, sources, forcedEndAt)) {
                List<GeneratedSequence> found = Searches.run(batch, config, MarianBatch.PAD).stream()
                        .flatMap(List::stream)
                        .toList();
                assertEquals(sequences.length, found.size());
                for (int i = 0; i < sequences.length; i++) {
                    assertEquals(written(sequences[i]), written(found.get(i)), name + " " + i);
                    assertEquals(expectedScores[i], found.get(i).score(), TOLERANCE, name + " " + i);
                }
            }
        }
    }

    /** The new tokens with the end token, where there is one. */
    private static List<Integer> written(int[] sequence) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = 1; i < sequence.length && !tokens.contains(MarianBatch.END); i++) {
            tokens.add(sequence[i]);
        }
        return tokens;
    }

    private static List<Integer> written(GeneratedSequence sequence) {
        return Arrays.stream(sequence.tokens()).boxed().toList();
    }
}
