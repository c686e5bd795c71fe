package io.github.djltransformers.zoo.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.Freezing;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointWriter;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints are loaded from several files, written back, refused and trained. */
class CheckpointTest {
    @TempDir
    Path temporary;

    private static Path checkpoint(String name) throws Exception {
        return Path.of(CheckpointTest.class.getResource("/checkpoints/" + name).toURI());
    }

    private static Map<String, float[]> weights(TransformerBlock block) {
        Map<String, float[]> weights = new TreeMap<>();
        for (Map.Entry<String, Parameter> entry : ParameterNames.trained(block).entrySet()) {
            weights.put(entry.getKey(), entry.getValue().getArray().toFloatArray());
        }
        return weights;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual, String name) {
        assertEquals(expected.keySet(), actual.keySet(), name);
        expected.forEach((key, values) -> assertArrayEquals(values, actual.get(key), 0, name + " " + key));
    }

    /** Every family, with its transposed, fused and tied matrices. */
    @EngineTest
    void whatIsWrittenLoadsAgainBitForBit(String engine) throws Exception {
        List<Path> all;
        try (Stream<Path> entries = Files.list(checkpoint(""))) {
            all = entries.filter(Files::isDirectory).toList();
        }
        assertEquals(30, all.size());
        for (Path original : all) {
            String name = original.getFileName().toString();
            Path copy = temporary.resolve(name);
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                TransformerBlock block = Checkpoint.load(original, manager);
                CheckpointWriter.write(copy, block, original, FloatStorage.FLOAT32);
                assertSame(weights(block), weights(Checkpoint.load(copy, manager)), name);
                try (SafeTensorsFile before = SafeTensorsFile.open(original.resolve("model.safetensors"));
                        SafeTensorsFile after = SafeTensorsFile.open(copy.resolve("model.safetensors"))) {
                    assertEquals("pt", after.metadata().get("format"));
                    assertTrue(before.names().containsAll(after.names()), name);
                    for (String tensor : after.names()) {
                        assertArrayEquals(
                                before.read(manager, tensor).toFloatArray(),
                                after.read(manager, tensor).toFloatArray(),
                                0,
                                name + " " + tensor);
                    }
                }
            }
        }
    }

    @Test
    void tensorsMayBeInSeveralFiles() throws Exception {
        Path original = checkpoint("bert_seqcls");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            shard(original, manager);
            Files.copy(original.resolve("config.json"), temporary.resolve("config.json"));
            assertSame(
                    weights(Checkpoint.load(original, manager)),
                    weights(Checkpoint.load(temporary, manager)),
                    "shards");
            String index = Files.readString(temporary.resolve("model.safetensors.index.json"));
            expect(
                    manager,
                    index.replace("model-2.safetensors", "../model-2.safetensors"),
                    "must be a name that ends with");
            expect(manager, index.replace("classifier.bias", "classifier.slope"), "must be in model-1.safetensors as");
            expect(manager, index.replaceFirst("\"classifier.bias\": \"[^\"]*\",", ""), "must be listed there by");
            expect(manager, "{\"weight_map\": []}", "must have an object weight_map, got []");
            expect(manager, "{", "must be JSON, got a text that ends too early");
        }
    }

    private void expect(NDManager manager, String index, String message) throws Exception {
        Files.writeString(temporary.resolve("model.safetensors.index.json"), index);
        Exception error = assertThrows(MalformedModelException.class, () -> Checkpoint.load(temporary, manager));
        assertTrue(
                error.getMessage().startsWith("ShardedTensors: ")
                        && error.getMessage().contains(message),
                error.getMessage());
    }

    private void shard(Path original, NDManager manager) throws Exception {
        StringBuilder index = new StringBuilder("{\"metadata\": {}, \"weight_map\": {");
        Map<String, NDArray> first = new TreeMap<>();
        Map<String, NDArray> second = new TreeMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(original.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                boolean early = name.startsWith("classifier");
                (early ? first : second).put(name, file.read(manager, name));
                index.append("\"" + name + "\": \"model-" + (early ? 1 : 2) + ".safetensors\",");
            }
        }
        index.setCharAt(index.length() - 1, '}');
        Files.writeString(temporary.resolve("model.safetensors.index.json"), index.append("}"));
        SafeTensorsWriter.write(temporary.resolve("model-1.safetensors"), first, Map.of());
        SafeTensorsWriter.write(temporary.resolve("model-2.safetensors"), second, Map.of());
    }

    /** Which name a file keeps of a table that a model uses in several places differs from file to file. */
    @EngineTest
    void aTableThatIsSharedHasAnyOfItsNames(String engine) throws Exception {
        for (String[] each : new String[][] {
            {"bart", "model.shared.weight", "model.decoder.embed_tokens.weight"},
            {"t5", "shared.weight", "encoder.embed_tokens.weight"},
            {"gpt2", "transformer.wte.weight", "lm_head.weight"},
            {"gemma", "model.embed_tokens.weight", "lm_head.weight"},
            {"opt", "model.decoder.embed_tokens.weight", "lm_head.weight"}
        }) {
            Path original = checkpoint(each[0]);
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                Map<String, float[]> expected = weights(Checkpoint.load(original, manager));
                assertSame(
                        expected, weights(Checkpoint.load(with(original, each[1], each[2], null), manager)), each[0]);
                // Another table under the other name is not the one that counts.
                NDArray table;
                try (SafeTensorsFile file = SafeTensorsFile.open(original.resolve("model.safetensors"))) {
                    table = file.read(manager, each[1]).add(1);
                }
                assertSame(expected, weights(Checkpoint.load(with(original, null, each[2], table), manager)), each[0]);
            }
        }
    }

    /** A copy with a tensor under another name, or with one more. */
    private Path with(Path original, String old, String name, NDArray more) throws Exception {
        Path copy = Files.createTempDirectory(temporary, "copy");
        Files.copy(original.resolve("config.json"), copy.resolve("config.json"));
        try (SafeTensorsFile file = SafeTensorsFile.open(original.resolve("model.safetensors"));
                NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Map<String, NDArray> tensors = new TreeMap<>();
            for (String tensor : file.names()) {
                tensors.put(tensor.equals(old) ? name : tensor, file.read(manager, tensor));
            }
            if (more != null) {
                tensors.put(name, manager.create(more.toFloatArray(), more.getShape()));
            }
            SafeTensorsWriter.write(copy.resolve("model.safetensors"), tensors, Map.of());
        }
        return copy;
    }

    @Test
    void picklesAreRefusedWithTheReason() throws Exception {
        Files.copy(checkpoint("bert").resolve("config.json"), temporary.resolve("config.json"));
        Files.write(temporary.resolve("pytorch_model.bin"), new byte[] {(byte) 0x80, 2});
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Exception error = assertThrows(MalformedModelException.class, () -> Checkpoint.load(temporary, manager));
            assertEquals(
                    "Checkpoint: weights in " + temporary
                            + " must be model.safetensors, got pytorch_model.bin, a pickle"
                            + " that runs code of its own when it is read; convert them where they come from, with"
                            + " save_pretrained(..., safe_serialization=True)",
                    error.getMessage());
        }
    }

    @EngineTest
    void aClassifierLearnsAToySet(String engine) throws Exception {
        Path original = checkpoint("bert_seqcls");
        try (Model model = Model.newInstance("toy", Device.cpu(), engine)) {
            TransformerBlock block = Checkpoint.load(original, model.getNDManager());
            Freezing.freeze(block, Freezing.embeddings().or(Freezing.firstLayers(1)));
            model.setBlock(block);
            ToyClasses.train(model, 2e-3f, 60);
            assertEquals(12, ToyClasses.correct(model), "of 12 on " + engine);
            Path tuned = temporary.resolve("tuned");
            Map<String, float[]> before = weights(Checkpoint.load(original, model.getNDManager()));
            Map<String, float[]> after = weights(block);
            for (String name : List.of("body.embedding.weight", "body.encoder.layers.0.feed_forward.inner.weight")) {
                assertArrayEquals(before.get(name), Objects.requireNonNull(after.get(name), name), name + " is frozen");
            }
            CheckpointWriter.write(tuned, block, original, FloatStorage.FLOAT32);
            assertSame(weights(block), weights(Checkpoint.load(tuned, model.getNDManager())), "tuned");
        }
    }
}
