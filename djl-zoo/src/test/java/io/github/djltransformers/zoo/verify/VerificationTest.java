package io.github.djltransformers.zoo.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.testing.EngineTest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every family against the numbers that its reference implementation gave. */
class VerificationTest {
    /** How many checkpoints there are, so that none is lost unnoticed. */
    private static final int CHECKPOINTS = 30;

    @TempDir
    Path temporary;

    private static Path checkpoints() throws URISyntaxException {
        return Path.of(VerificationTest.class.getResource("/checkpoints").toURI());
    }

    private static List<Path> all() throws IOException, URISyntaxException {
        try (Stream<Path> entries = Files.list(checkpoints())) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static List<TensorVerdict> verify(Path directory, String engine)
            throws IOException, ModelException, TranslateException {
        List<TensorVerdict> verdicts = new ArrayList<>();
        boolean passed = new Verification(directory, engine, null).run(verdicts::add);
        assertEquals(verdicts.stream().allMatch(TensorVerdict::passed), passed);
        return verdicts;
    }

    /** CamemBERT is RoBERTa under another name. */
    @EngineTest
    void camembertIsARoberta(String engine) throws Exception {
        Path roberta = checkpoints().resolve("roberta_mlm");
        for (String file : List.of("model.safetensors", "io.safetensors")) {
            Files.copy(roberta.resolve(file), temporary.resolve(file));
        }
        String config = Files.readString(roberta.resolve("config.json"));
        Files.writeString(
                temporary.resolve("config.json"),
                config.replace("\"roberta\"", "\"camembert\"").replace("RobertaForMaskedLM", "CamembertForMaskedLM"));
        List<TensorVerdict> verdicts = verify(temporary, engine);
        assertTrue(verdicts.size() >= 4, verdicts.toString());
        verdicts.forEach(verdict -> assertTrue(verdict.passed(), verdict.toString()));
    }

    @EngineTest
    void everyTensorIsWithinTheTolerance(String engine) throws Exception {
        assertEquals(CHECKPOINTS, all().size());
        for (Path directory : all()) {
            List<TensorVerdict> verdicts = verify(directory, engine);
            assertTrue(verdicts.size() >= 4, directory + " gave " + verdicts);
            // Sequences, and outputs but for pooled ones of another head, are compared both ways.
            List<String> names = verdicts.stream().map(TensorVerdict::name).toList();
            for (String name : names) {
                if (name.startsWith("gen.") && !name.endsWith(" eagerly") || name.endsWith(".logits")) {
                    assertTrue(names.contains(name + " eagerly"), directory + " lacks " + name + " eagerly");
                }
            }
            assertTrue(names.stream().anyMatch(name -> name.endsWith(" eagerly")), directory + " gave " + names);
            for (TensorVerdict verdict : verdicts) {
                assertTrue(verdict.passed(), directory.getFileName() + " on " + engine + ": " + verdict);
                assertTrue(verdict.compared() > 0, directory + " " + verdict);
            }
        }
    }

    /** The configurations of transformers 5 say the same in other words. */
    @Test
    void newerConfigurationsGiveTheSame() throws Exception {
        int found = 0;
        for (Path directory : all()) {
            Path newer = directory.resolve("config.v5.json");
            if (Files.exists(newer)) {
                Path copy = Files.createDirectory(temporary.resolve(directory.getFileName()));
                Files.copy(newer, copy.resolve("config.json"));
                Files.copy(directory.resolve("model.safetensors"), copy.resolve("model.safetensors"));
                Files.copy(directory.resolve("io.safetensors"), copy.resolve("io.safetensors"));
                for (TensorVerdict verdict : verify(copy, "PyTorch")) {
                    assertTrue(verdict.passed(), directory.getFileName() + ": " + verdict);
                }
                found++;
            }
        }
        assertEquals(CHECKPOINTS - 2, found);
    }

    /** mBART's decoder reads the language's token first, which the labels end with. */
    @EngineTest
    void decodersBeginAsTheirFamilyDoes(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray labels = manager.create(new long[] {5, 6, 2, 9, 7, 2, 9, -100}, new Shape(2, 4));
            CheckpointRun others = new CheckpointRun(null, null, Head.SEQUENCE_TO_SEQUENCE, 3, 1, false);
            CheckpointRun mbart = new CheckpointRun(null, null, Head.SEQUENCE_TO_SEQUENCE, 3, 1, true);
            assertArrayEquals(
                    new long[] {3, 5, 6, 2, 3, 7, 2, 9},
                    others.shifted(manager, labels).toLongArray());
            assertArrayEquals(
                    new long[] {9, 5, 6, 2, 9, 7, 2, 9},
                    mbart.shifted(manager, labels).toLongArray());
        }
    }

    @Test
    void differencesAreFound() throws Exception {
        Path bert = checkpoints().resolve("bert");
        List<TensorVerdict> verdicts = new ArrayList<>();
        assertFalse(new Verification(bert, "PyTorch", 1e-9).run(verdicts::add));
        assertTrue(verdicts.stream().anyMatch(verdict -> !verdict.passed() && verdict.largestError() < 1e-4));
    }

    @Test
    void aCheckpointOfOtherTensorsIsRefusedWithTheirNames() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("mixed"));
        Files.copy(checkpoints().resolve("bert/config.json"), directory.resolve("config.json"));
        Files.copy(checkpoints().resolve("gpt2/model.safetensors"), directory.resolve("model.safetensors"));
        Files.copy(checkpoints().resolve("bert/io.safetensors"), directory.resolve("io.safetensors"));
        Exception error = assertThrows(Exception.class, () -> verify(directory, "PyTorch"));
        String message = error.getMessage();
        assertTrue(message.contains("got missing [bert.embeddings.LayerNorm.bias"), message);
        assertTrue(message.contains("unexpected [transformer.h.0.attn.c_attn.bias"), message);
    }

    @Test
    void anUnknownFamilyIsNamed() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("unknown"));
        Files.writeString(
                directory.resolve("config.json"), "{\"model_type\": \"eliza\", \"architectures\": [\"ElizaModel\"]}");
        Files.copy(checkpoints().resolve("bert/model.safetensors"), directory.resolve("model.safetensors"));
        Files.copy(checkpoints().resolve("bert/io.safetensors"), directory.resolve("io.safetensors"));
        Exception error = assertThrows(Exception.class, () -> verify(directory, "PyTorch"));
        assertTrue(error.getMessage().contains("'model_type' must be one of [albert, bart, bert,"), error.getMessage());
        Files.writeString(directory.resolve("config.json"), "[]");
        assertThrows(MalformedModelException.class, () -> verify(directory, "PyTorch"));
    }
}
