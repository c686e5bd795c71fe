package io.github.djltransformers.zoo.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointWriter;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of texts. */
class EmbeddingTest {
    private static final int SIZE = 32;
    private static final float CLOSE = 1e-5f;

    @TempDir
    Path temporary;

    /** The vectors of the tokens of a text, by the base model. */
    private static float[][] hidden(Path directory, String engine, int... ids) throws Exception {
        float[] all = TaskCheckpoint.outputs(directory, Head.BASE, engine, ids, new int[ids.length])[0];
        float[][] tokens = new float[ids.length][];
        Arrays.setAll(tokens, i -> Arrays.copyOfRange(all, i * SIZE, (i + 1) * SIZE));
        return tokens;
    }

    private static float[] mean(float[][] tokens) {
        float[] mean = new float[SIZE];
        for (float[] token : tokens) {
            for (int i = 0; i < SIZE; i++) {
                mean[i] += token[i] / tokens.length;
            }
        }
        return mean;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float each : vector) {
            square += (double) each * each;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return unit;
    }

    private static float[] embed(Path directory, String text, String engine, Map<String, ?> arguments)
            throws Exception {
        return TaskCheckpoint.predict(directory, text, float[].class, engine, arguments);
    }

    @EngineTest
    void withoutModulesItIsTheMeanOfTheTokensTheFrameAmongThem(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        float[][] tokens = hidden(directory, engine, TaskCheckpoint.framed("t", "##o", "paris", "!"));
        assertArrayEquals(mean(tokens), embed(directory, "To Paris!", engine, Map.of()), CLOSE);
        assertArrayEquals(
                unit(mean(tokens)), embed(directory, "To Paris!", engine, Map.of("normalize", "true")), CLOSE);
        assertArrayEquals(tokens[0], embed(directory, "To Paris!", engine, Map.of("pooling", "cls")), CLOSE);
        assertArrayEquals(tokens[5], embed(directory, "To Paris!", engine, Map.of("pooling", "lasttoken")), CLOSE);
        float[] greatest = tokens[0].clone();
        for (float[] token : tokens) {
            for (int i = 0; i < SIZE; i++) {
                greatest[i] = Math.max(greatest[i], token[i]);
            }
        }
        assertArrayEquals(greatest, embed(directory, "To Paris!", engine, Map.of("pooling", "max")), CLOSE);
    }

    @EngineTest
    void aCheckpointWithAnotherHeadHasVectorsToo(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_seqcls", temporary);
        assertArrayEquals(
                mean(hidden(directory, engine, TaskCheckpoint.framed("the"))),
                embed(directory, "the", engine, Map.of()),
                CLOSE);
    }

    @EngineTest
    void modulesPromptsAndLengthsAreObeyed(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        float[] weight = SentenceFiles.write(directory, SIZE, 3);
        float[] vector = mean(hidden(directory, engine, TaskCheckpoint.framed("in", "##s", "is", "the")));
        float[] expected = new float[3];
        for (int i = 0; i < 3; i++) {
            double sum = weight[3 * SIZE + i];
            for (int j = 0; j < SIZE; j++) {
                sum += weight[i * SIZE + j] * vector[j];
            }
            expected[i] = (float) Math.tanh(sum);
        }
        // The prompt is "ins ", the greatest length 6 tokens, and texts are read in small letters.
        assertArrayEquals(unit(expected), embed(directory, "IS the paris", engine, Map.of("prompt", "query")), CLOSE);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> embed(directory, "is", engine, Map.of("prompt", "passage")))
                .getMessage();
        assertTrue(message.contains("prompt must be one of [query], got passage"), message);
    }

    @EngineTest
    void aCheckpointWrittenAgainHasItsModules(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        SentenceFiles.write(directory, SIZE, 3);
        Path written = temporary.resolve("written");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            CheckpointWriter.write(written, Checkpoint.load(directory, manager), directory, FloatStorage.FLOAT32);
        }
        assertArrayEquals(
                embed(directory, "is the", engine, Map.of("prompt", "query")),
                embed(written, "is the", engine, Map.of("prompt", "query")));
    }

    @EngineTest
    void manyTextsHaveTheVectorsOfEachInOrder(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        String[] texts = {"a", "", "the paris is in the paris where", "b", "[MASK]", "the", "x".repeat(500), "café 北京"};
        try (ZooModel<String[], float[][]> model = TaskCheckpoint.load(
                        directory, String[].class, float[][].class, engine, Map.of("batchTokens", 20));
                Predictor<String[], float[][]> predictor = model.newPredictor()) {
            float[][] together = predictor.predict(texts);
            List<float[][]> twice = predictor.batchPredict(List.of(texts, new String[] {"the"}, new String[0]));
            assertEquals(
                    List.of(texts.length, 1, 0),
                    twice.stream().map(each -> each.length).toList());
            for (int i = 0; i < texts.length; i++) {
                float[] alone = predictor.predict(new String[] {texts[i]})[0];
                assertArrayEquals(alone, together[i], CLOSE, texts[i]);
                assertArrayEquals(alone, twice.get(0)[i], CLOSE, texts[i]);
            }
        }
    }

    @EngineTest
    void filesThatSayWhatIsNotThereAreNamed(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert", temporary);
        SentenceFiles.write(directory, SIZE, 3);
        Path pooling = directory.resolve("1_Pooling/config.json");
        Files.writeString(pooling, "{\"pooling_mode_weightedmean_tokens\": true}");
        expect(directory, engine, "the pooling must be one of [cls, lasttoken, max, mean], got [weightedmean]");
        Files.writeString(pooling, "{\"pooling_mode\": \"mean\", \"include_prompt\": false}");
        expect(directory, engine, "'include_prompt' must be true");
        Files.writeString(
                directory.resolve("modules.json"), "[{\"type\": \"x.Transformer\", \"path\": \"../elsewhere\"}]");
        expect(directory, engine, "paths that are names of folders beside it, got ../elsewhere");
        Files.writeString(directory.resolve("modules.json"), "[{\"type\": \"x.CLIPModel\", \"path\": \"\"}]");
        expect(directory, engine, "modules of type Transformer, Pooling, Dense, Normalize or Dropout, got x.CLIPModel");
    }

    private static void expect(Path directory, String engine, String message) {
        Throwable error = assertThrows(Exception.class, () -> embed(directory, "a", engine, Map.of()));
        StringBuilder all = new StringBuilder();
        for (Throwable each = error; each != null; each = each.getCause()) {
            all.append(each.getMessage()).append('\n');
        }
        assertTrue(all.toString().contains(message), all.toString());
    }
}
