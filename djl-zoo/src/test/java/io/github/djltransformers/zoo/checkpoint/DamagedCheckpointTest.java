package io.github.djltransformers.zoo.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.SentenceCheckpoint;
import io.github.djltransformers.testing.Soak;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a checkpoint altered anywhere: the model loads, or one error says what is wrong. */
@Tag(Soak.TAG)
class DamagedCheckpointTest {
    private static final int FILES = Soak.rounds(40_000);
    private static final long ALLOWED_BYTES = 16 << 20;
    private static final List<String> PARTS = List.of(
            "0", "-1", "1e999", "99999999999999999999", "\"\"", "null", "[]", "{}", "\"../x\"", "true", "\\u0000");

    @TempDir
    Path directory;

    /** The header and the index of a checkpoint in two files, its configuration, and the modules of its vectors. */
    @Test
    void alteredFilesAreOneErrorOrLoad() throws Exception {
        Path original = Path.of(
                DamagedCheckpointTest.class.getResource("/checkpoints/bert").toURI());
        byte[] weights = Files.readAllBytes(original.resolve("model.safetensors"));
        Files.write(directory.resolve("model-1.safetensors"), weights);
        Files.copy(original.resolve("config.json"), directory.resolve("config.json"));
        int header =
                (int) ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        List<String> names = new ArrayList<>();
        Pattern.compile("\"([a-zA-Z_.0-9]+)\":\\{\"dtype")
                .matcher(new String(weights, 8, header, StandardCharsets.UTF_8))
                .results()
                .forEach(found -> names.add(found.group(1)));
        StringBuilder index = new StringBuilder("{\"metadata\": {}, \"weight_map\": {");
        names.forEach(name -> index.append(name.equals(names.get(0)) ? "" : ", ")
                .append("\"" + name + "\": \"model-1.safetensors\""));
        Files.writeString(directory.resolve("model.safetensors.index.json"), index.append("}}"));
        Files.writeString(
                directory.resolve("modules.json"),
                "[{\"idx\": 0, \"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}, {\"idx\": 1, \"path\":"
                        + " \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}]");
        Files.createDirectories(directory.resolve("1_Pooling"));
        Files.writeString(directory.resolve("1_Pooling/config.json"), "{\"pooling_mode_mean_tokens\": true}");
        Files.writeString(directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 20}");
        List<String> files = List.of(
                "model-1.safetensors",
                "model.safetensors.index.json",
                "config.json",
                "modules.json",
                "1_Pooling/config.json",
                "sentence_bert_config.json");
        load(); // and with it the engine and the classes
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < FILES; i++) {
            Path file = directory.resolve(files.get(i % files.size()));
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, altered(whole, file.toString().endsWith(".json") ? whole.length : 8 + header, random));
            refused += loads() ? 0 : 1;
            Files.write(file, whole);
        }
        assertTrue(refused > FILES / 4, refused + " of " + FILES);
        assertTrue(loads(), "what was altered is as it was");
    }

    private boolean loads() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        boolean loaded = assertTimeout(Duration.ofSeconds(20), () -> {
            try {
                load();
                return true;
            } catch (MalformedModelException | IOException e) {
                assertTrue(e.getMessage().matches("(?s)\\w+: .+"), e.toString());
                return false;
            }
        });
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertTrue(allocated < ALLOWED_BYTES, allocated + " bytes");
        return loaded;
    }

    private void load() throws IOException, MalformedModelException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Checkpoint.load(directory, manager);
            SentenceCheckpoint.read(directory);
        }
    }

    private static byte[] altered(byte[] whole, int limit, Random random) {
        int from = random.nextInt(limit);
        byte[] part = switch (random.nextInt(4)) {
            case 0 -> new byte[] {(byte) random.nextInt(256)};
            case 1 -> PARTS.get(random.nextInt(PARTS.size())).getBytes(StandardCharsets.UTF_8);
            case 2 -> new byte[0];
            default -> Arrays.copyOfRange(whole, from, Math.min(limit, from + random.nextInt(40)));
        };
        int behind = random.nextInt(8) == 0 ? whole.length : Math.min(whole.length, from + random.nextInt(6));
        byte[] altered = Arrays.copyOf(whole, from + part.length + whole.length - behind);
        System.arraycopy(part, 0, altered, from, part.length);
        System.arraycopy(whole, behind, altered, from + part.length, whole.length - behind);
        return altered;
    }
}
