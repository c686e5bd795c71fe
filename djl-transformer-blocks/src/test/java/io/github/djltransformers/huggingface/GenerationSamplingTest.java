package io.github.djltransformers.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code generation_config.json} asks for sampling, biases and groups of beams. */
class GenerationSamplingTest {
    @TempDir
    private Path directory;

    private GenerationConfig read(String file) throws Exception {
        Files.writeString(directory.resolve(GenerationConfigJson.FILE), file);
        return GenerationConfigJson.read(directory, new JsonObject());
    }

    @Test
    void rulesCountWhereSamplingIsAskedFor() throws Exception {
        assertNull(read("{\"temperature\": 0.0, \"top_p\": 0.9}").sampling());
        assertEquals(Sampling.PLAIN.withTopK(50), read("{\"do_sample\": true}").sampling());
        assertEquals(
                Sampling.PLAIN
                        .withTemperature(0.7)
                        .withTopK(0)
                        .withTopP(0.9)
                        .withMinP(0.05)
                        .withTypicalP(0.8)
                        .withEpsilonCutoff(1e-4)
                        .withEtaCutoff(2e-4)
                        .withSeed(-7),
                read("{\"do_sample\": true, \"temperature\": 0.7, \"top_k\": 0, \"top_p\": 0.9, \"min_p\": 0.05,"
                                + " \"typical_p\": 0.8, \"epsilon_cutoff\": 1e-4, \"eta_cutoff\": 2e-4, \"seed\": -7}")
                        .sampling());
        GenerationConfig beams = read("{\"num_beams\": 4, \"num_beam_groups\": 2, \"diversity_penalty\": 0.5,"
                + " \"sequence_bias\": [[[3], -1.5]]}");
        assertEquals(2, beams.beamGroups());
        assertEquals(0.5, beams.diversityPenalty());
        assertEquals(Map.of(3, -1.5), beams.tokenBias());
    }

    @Test
    void wrongValuesAreTheFiles() {
        refuses("\"temperature\": 0", "temperature must be positive, got 0.0");
        refuses("\"top_p\": 2", "topP must be in (0, 1], got 2.0");
        refuses("\"seed\": \"one\"", "'seed' must be a whole number of at most 18 digits, got \"one\"");
        refuses("\"seed\": 1.5", "'seed' must be a whole number");
        refuses("\"sequence_bias\": [[[3, 4], 1]]", "'sequence_bias' must be a list of pairs");
    }

    private void refuses(String value, String message) {
        Exception error =
                assertThrows(MalformedModelException.class, () -> read("{\"do_sample\": true, " + value + "}"));
        assertTrue(error.getMessage().contains(message), error.getMessage());
        assertTrue(error.getMessage().contains(GenerationConfigJson.FILE), error.getMessage());
    }
}
