package io.github.djltransformers.huggingface;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;

/** Random weights for any configuration of a checkpoint. */
public final class RandomCheckpoint {
    private RandomCheckpoint() {}

    /**
     * Writes weights.
     *
     * @param directory with a config.json, whose architecture is replaced
     * @param architecture such as LlamaForCausalLM
     */
    public static Path fill(Path directory, String architecture) throws Exception {
        Path file = directory.resolve(CheckpointConfig.FILE);
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonArray architectures = new JsonArray();
        architectures.add(architecture);
        json.add("architectures", architectures);
        Files.writeString(file, json.toString());
        CheckpointConfig config = CheckpointConfig.read(directory);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerBlock block = Checkpoint.create(config);
            Samples.initialized(manager, DataType.FLOAT32, block);
            CheckpointWriter.write(directory, block, config, FloatStorage.FLOAT32);
        }
        return directory;
    }
}
