package io.github.djltransformers.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Soak;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Loading takes the memory that the weights take afterwards, and little more: on PyTorch at most 1.15 times their size. */
@Tag(Soak.TAG)
class CheckpointMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    /** Layers of 50 MB each; 1 GiB in full. */
    private static final int LAYERS = Soak.rounds(21 * 4) >= 84 ? 21 : 5;

    /** What the engine, the collector and the loading of classes take in the meantime. */
    private static final long OTHERS = 32 << 20;

    /** MXNet keeps a gradient for every array that DJL marks once, as it does when a parameter is initialised. */
    private static final double WITH_GRADIENTS = 2.3;

    @TempDir
    Path directory;

    @EngineTest
    void loadingNeedsLittleMoreThanTheWeights(String engine) throws Exception {
        assumeTrue(Files.isWritable(RESET), "Linux tells the peak of a process");
        long size = write();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            manager.ones(new Shape(1)).toFloatArray();
            System.gc();
            Files.writeString(RESET, "5");
            long before = bytes("VmRSS");
            TransformerBlock block = Checkpoint.load(directory, manager);
            long peak = bytes("VmHWM") - before;
            long allowed = engine.equals("MXNet")
                    ? Math.round(WITH_GRADIENTS * size) + 5 * OTHERS
                    : Math.round(1.15 * size) + OTHERS;
            assertTrue(peak < allowed, peak + " bytes for weights of " + size + " on " + engine);
            float[] zeros = ParameterNames.of(block)
                    .get("body.embedding.norm.bias")
                    .getArray()
                    .toFloatArray();
            assertEquals(1024, zeros.length);
        }
    }

    /** A BERT whose weights are holes in a file. */
    private long write() throws Exception {
        String text =
                "{\"model_type\": \"bert\", \"architectures\": [\"BertModel\"], \"vocab_size\": 1000, \"hidden_size\": 1024,"
                        + " \"num_attention_heads\": 16, \"intermediate_size\": 4096, \"type_vocab_size\": 2, \"num_hidden_layers\": "
                        + LAYERS + "}";
        Files.writeString(directory.resolve("config.json"), text);
        CheckpointConfig config = CheckpointConfig.of(text, "config.json");
        Blueprint blueprint = Checkpoint.blueprint(config, Head.BASE, Set.of());
        Map<String, Shape> shapes = new TreeMap<>();
        for (Map.Entry<String, Parameter> named :
                ParameterNames.trained(blueprint.block()).entrySet()) {
            shapes.put(
                    blueprint.names().place(named.getKey()).candidates().get(0),
                    named.getValue().getShape());
        }
        StringBuilder header = new StringBuilder("{");
        long end = 0;
        for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
            long next = end + Float.BYTES * tensor.getValue().size();
            header.append(header.length() == 1 ? "" : ",")
                    .append('"')
                    .append(tensor.getKey())
                    .append("\":{\"dtype\":\"F32\",\"shape\":")
                    .append(Arrays.toString(tensor.getValue().getShape()))
                    .append(",\"data_offsets\":[")
                    .append(end)
                    .append(',')
                    .append(next)
                    .append("]}");
            end = next;
        }
        byte[] bytes = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .array());
            file.write(bytes);
            file.setLength(Long.BYTES + bytes.length + end);
        }
        return end;
    }

    private static long bytes(String key) throws IOException {
        return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith(key + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                << 10;
    }
}
