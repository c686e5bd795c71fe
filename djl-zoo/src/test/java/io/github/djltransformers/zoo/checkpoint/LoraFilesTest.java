package io.github.djltransformers.zoo.checkpoint;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.Lora;
import io.github.djltransformers.huggingface.LoraConfig;
import io.github.djltransformers.huggingface.LoraScaling;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of saved adapters, and what is refused. */
class LoraFilesTest {
    private static final String QUERY = "base_model.model.bert.encoder.layer.0.attention.self.query.lora_";

    @TempDir
    Path temporary;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private Path original;

    @BeforeEach
    void find() throws Exception {
        original = Path.of(
                LoraFilesTest.class.getResource("/checkpoints/bert_seqcls").toURI());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private TransformerBlock block() throws Exception {
        return Checkpoint.load(original, manager);
    }

    @Test
    void filesHaveTheFormOfPeft() throws Exception {
        LoraConfig config = LoraConfig.of(4, 6.5, "query", "layer.2.output.dense")
                .withScaling(LoraScaling.RANK_STABILIZED)
                .withDropout(0.1f)
                .withTrained("classifier");
        Lora.attach(block(), original, config).save(temporary);
        JsonObject expected = new Gson().fromJson("""
                {"peft_type": "LORA", "task_type": "SEQ_CLS", "r": 4, "lora_alpha": 6.5, "lora_dropout": 0.1,
                 "use_rslora": true, "use_dora": false, "bias": "none", "fan_in_fan_out": false,
                 "target_modules": ["layer.2.output.dense", "query"], "modules_to_save": ["classifier"],
                 "init_lora_weights": true, "inference_mode": true}
                """, JsonObject.class);
        expected.addProperty("base_model_name_or_path", original.toString());
        assertEquals(expected, json());
        try (SafeTensorsFile file = SafeTensorsFile.open(temporary.resolve("adapter_model.safetensors"))) {
            assertEquals(Map.of("format", "pt"), file.metadata());
            Map<String, Shape> shapes = new TreeMap<>();
            for (String name : file.names()) {
                shapes.put(name, file.entry(name).shape());
            }
            Map<String, Shape> wanted = new TreeMap<>();
            for (int layer = 0; layer < 3; layer++) {
                String query = QUERY.replace("layer.0", "layer." + layer);
                wanted.put(query + "A.weight", new Shape(4, 32));
                wanted.put(query + "B.weight", new Shape(32, 4));
            }
            wanted.put("base_model.model.bert.encoder.layer.2.output.dense.lora_A.weight", new Shape(4, 64));
            wanted.put("base_model.model.bert.encoder.layer.2.output.dense.lora_B.weight", new Shape(32, 4));
            wanted.put("base_model.model.classifier.weight", new Shape(3, 32));
            wanted.put("base_model.model.classifier.bias", new Shape(3));
            assertEquals(wanted, shapes);
        }
    }

    private JsonObject json() throws Exception {
        return JsonParser.parseString(Files.readString(temporary.resolve("adapter_config.json")))
                .getAsJsonObject();
    }

    /** Saves, changes the configuration and expects that it is refused. */
    private void refusedConfig(String message, Consumer<JsonObject> change) throws Exception {
        Lora.attach(block(), original, LoraConfig.of(4, 8, "query", "value")).save(temporary);
        JsonObject json = json();
        change.accept(json);
        Files.writeString(temporary.resolve("adapter_config.json"), json.toString());
        TransformerBlock block = block();
        Exception error = assertThrows(MalformedModelException.class, () -> Lora.load(block, original, temporary));
        assertEquals(
                "CheckpointConfig: in " + temporary.resolve("adapter_config.json") + " " + message, error.getMessage());
        Lora.attach(block, original, LoraConfig.of(1, 1, "query")).detach();
    }

    @Test
    void otherKindsOfAdaptersAreRefused() throws Exception {
        refusedConfig("'peft_type' must be LORA, got IA3", json -> json.addProperty("peft_type", "IA3"));
        refusedConfig("'bias' must be none, got all", json -> json.addProperty("bias", "all"));
        refusedConfig(
                "'use_dora' must be absent, which is all that is supported, got true",
                json -> json.addProperty("use_dora", true));
        refusedConfig(
                "'rank_pattern' must be absent, which is all that is supported, got {\"query\":8}",
                json -> json.add("rank_pattern", JsonParser.parseString("{\"query\": 8}")));
        refusedConfig(
                "'init_lora_weights' must be one that leaves the base's weights alone, of [\"eva\", \"gaussian\","
                        + " \"orthogonal\", false, null, true], got \"pissa\"",
                json -> json.addProperty("init_lora_weights", "pissa"));
        refusedConfig("'r' must be in [1, 16777216], got 0", json -> json.addProperty("r", 0));
        refusedConfig("key 'r' must be given, got none", json -> json.remove("r"));
        refusedConfig(
                "values must fit the block, got: LoraConfig: alpha must be positive and finite, got -1.0",
                json -> json.addProperty("lora_alpha", -1));
        refusedConfig(
                "values must fit the block, got: LoraConfig: targets must be names, or all-linear alone, got []",
                json -> json.remove("target_modules"));
        refusedConfig(
                "values must fit the block, got: Lora: targets must be ends of the names of linear modules, got 'q_proj';"
                        + " there are [dense, key, query, value]",
                json -> json.add("target_modules", JsonParser.parseString("[\"q_proj\"]")));
    }

    /** What PEFT writes for heads that a model may have, and patterns, which are not run. */
    @Test
    void patternsAndAbsentHeadsAreReadFromTheWeights() throws Exception {
        Lora.attach(block(), original, LoraConfig.of(4, 8, "query", "value").withTrained("classifier"))
                .save(temporary);
        JsonObject json = json();
        json.addProperty("target_modules", "(a+)+$");
        json.add("modules_to_save", JsonParser.parseString("[\"classifier\", \"score\"]"));
        Files.writeString(temporary.resolve("adapter_config.json"), json.toString());
        Lora lora = Lora.load(block(), original, temporary);
        assertEquals(6, lora.modules().size());
        assertEquals(Set.of("classifier"), lora.config().trained());
    }

    private void refusedWeights(String message, Consumer<Map<String, NDArray>> change) throws Exception {
        Lora.attach(block(), original, LoraConfig.of(4, 8, "query")).save(temporary);
        Path file = temporary.resolve("adapter_model.safetensors");
        Map<String, NDArray> tensors = new TreeMap<>();
        try (SafeTensorsFile source = SafeTensorsFile.open(file)) {
            for (String name : source.names()) {
                tensors.put(name, source.read(manager, name));
            }
        }
        change.accept(tensors);
        SafeTensorsWriter.write(file, tensors, Map.of());
        TransformerBlock block = block();
        Exception error = assertThrows(MalformedModelException.class, () -> Lora.load(block, original, temporary));
        assertEquals(message.formatted(file), error.getMessage());
        Lora.attach(block, original, LoraConfig.of(1, 1, "query")).detach();
    }

    @Test
    void otherTensorsAreRefused() throws Exception {
        refusedWeights(
                "Lora: the tensors in %%s must be those that its adapter_config.json asks for, got missing [%sB.weight] and"
                                .formatted(QUERY)
                        + " unexpected [base_model.model.bert.pooler.dense.lora_magnitude_vector]",
                tensors -> {
                    tensors.remove(QUERY + "B.weight");
                    tensors.put(
                            "base_model.model.bert.pooler.dense.lora_magnitude_vector", manager.zeros(new Shape(2)));
                });
        refusedWeights(
                "Lora: in %%s tensor '%sA.weight' must have shape (4, 32), got (3, 32); tensor '%sB.weight' must be of type"
                                .formatted(QUERY, QUERY)
                        + " F32, F16 or BF16, got I64",
                tensors -> {
                    tensors.put(QUERY + "A.weight", manager.zeros(new Shape(3, 32)));
                    tensors.put(QUERY + "B.weight", manager.zeros(new Shape(32, 4), DataType.INT64));
                });
        Files.delete(temporary.resolve("adapter_model.safetensors"));
        assertThrows(NoSuchFileException.class, () -> Lora.load(block(), original, temporary));
        Files.writeString(temporary.resolve("adapter_model.safetensors"), "nothing of the kind");
        assertThrows(MalformedModelException.class, () -> Lora.load(block(), original, temporary));
    }

    @Test
    void whatIsNotThereCannotBeAdapted() throws Exception {
        TransformerBlock block = block();
        requireRejected(
                "Lora: targets must be ends of the names of linear modules, got 'classifier'; there are [dense, key, query,"
                        + " value]",
                () -> Lora.attach(block, original, LoraConfig.of(4, 8, "query", "classifier")));
        requireRejected(
                "Lora: trained must be ends of the names of modules, got 'score'; there are [bert, classifier]",
                () -> Lora.attach(block, original, LoraConfig.of(4, 8, "query").withTrained("score")));
        requireRejected(
                "Lora: targets must not be trained as a whole, got 'bert.pooler.dense' in both",
                () -> Lora.attach(
                        block, original, LoraConfig.of(4, 8, "pooler.dense").withTrained("pooler")));
        Lora.attach(block, original, LoraConfig.of(4, 8, "query"));
        Exception twice = assertThrows(
                IllegalStateException.class, () -> Lora.attach(block, original, LoraConfig.of(4, 8, "value")));
        assertEquals("Lora: block must have no adapters, got 3; merge or detach them first", twice.getMessage());
        Path other = original.resolveSibling("distilbert_seqcls");
        Exception wrong = assertThrows(
                MalformedModelException.class, () -> Lora.attach(block(), other, LoraConfig.of(4, 8, "query")));
        assertTrue(wrong.getMessage().startsWith("Checkpoint: the tensors in " + other), wrong.getMessage());
        TransformerBlock empty = block();
        empty.clear();
        Exception none = assertThrows(
                IllegalStateException.class, () -> Lora.attach(empty, original, LoraConfig.of(4, 8, "query")));
        assertEquals("Lora: block must have weights, got none; load it by Checkpoint.load", none.getMessage());
    }

    @Test
    void configurationsAreChecked() {
        requireRejected("LoraConfig: rank must be at least 1, got 0", () -> LoraConfig.of(0, 1, "q"));
        requireRejected(
                "LoraConfig: alpha must be positive and finite, got NaN", () -> LoraConfig.of(1, Double.NaN, "q"));
        requireRejected(
                "LoraConfig: dropout must be in [0, 1), got 1.0",
                () -> LoraConfig.of(1, 1, "q").withDropout(1));
        requireRejected("LoraConfig: targets must not be blank, got [ ]", () -> LoraConfig.of(1, 1, " "));
        requireRejected(
                "LoraConfig: trained must not be blank, got []",
                () -> LoraConfig.of(1, 1, "q").withTrained(""));
        requireRejected(
                "LoraConfig: targets must be names, or all-linear alone, got [all-linear, q]",
                () -> LoraConfig.of(1, 1, "q", "all-linear"));
    }
}
