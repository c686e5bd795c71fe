package io.github.djltransformers.huggingface;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
            Blueprint blueprint = Checkpoint.blueprint(config, config.head(), Set.of());
            Samples.initialized(manager, DataType.FLOAT32, blueprint.block());
            Map<String, List<Parameter>> parts = new TreeMap<>();
            Map<String, TensorLayout> layouts = new TreeMap<>();
            Map<String, Parameter> parameters = ParameterNames.trained(blueprint.block());
            parameters.keySet().stream()
                    .sorted(Comparator.comparing(
                            name -> blueprint.names().place(name).layout().part()))
                    .forEach(name -> {
                        NameTable.Place place = blueprint.names().place(name);
                        String tensor = place.candidates().get(0);
                        parts.computeIfAbsent(tensor, none -> new ArrayList<>()).add(parameters.get(name));
                        layouts.put(tensor, place.layout());
                    });
            Map<String, NDArray> arrays = new TreeMap<>();
            parts.forEach((tensor, each) -> arrays.put(
                    tensor,
                    CheckpointWriter.merged(
                            manager,
                            each,
                            layouts.get(tensor),
                            layouts.get(tensor).stored(each.get(0).getShape()))));
            SafeTensorsWriter.write(
                    directory.resolve(CheckpointFiles.WEIGHTS), arrays, Map.of("format", "pt"), FloatStorage.FLOAT32);
        }
        return directory;
    }
}
