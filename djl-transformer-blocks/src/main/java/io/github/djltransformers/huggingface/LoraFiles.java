package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Names;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.LowRankAdapter;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Adapters as files in the form of Hugging Face's PEFT. */
final class LoraFiles {
    static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private LoraFiles() {}

    static void save(Path directory, Lora lora, NDManager scratch) throws IOException {
        Map<String, NDArray> arrays = new TreeMap<>();
        for (LinearModule module : lora.adapted()) {
            List<LowRankAdapter> adapters =
                    module.parts().values().stream().map(Projection::adapter).toList();
            arrays.put(PREFIX + module.name() + DOWN, adapters.get(0).down().getArray());
            Shape stored = module.up(lora.config().rank());
            List<Parameter> ups = adapters.stream().map(LowRankAdapter::up).toList();
            arrays.put(PREFIX + module.name() + UP, CheckpointWriter.merged(scratch, ups, module.upLayout(), stored));
        }
        for (String tensor : lora.whole()) {
            arrays.put(PREFIX + tensor, whole(scratch, lora.targets(), tensor));
        }
        Files.createDirectories(directory);
        SafeTensorsWriter.write(directory.resolve(WEIGHTS), arrays, Map.of("format", "pt"), FloatStorage.FLOAT32);
        LoraConfigJson.write(directory, lora);
    }

    private static NDArray whole(NDManager scratch, LoraTargets targets, String tensor) {
        List<Parameter> parts = targets.tensors().get(tensor);
        TensorLayout layout = targets.layouts().get(tensor);
        return CheckpointWriter.merged(
                scratch, parts, layout, layout.stored(parts.get(0).getShape()));
    }

    /**
     * Reads adapters.
     *
     * @param manager gives engine and device
     * @param attach adds new adapters to the block that the targets are of
     */
    static Lora load(Path directory, LoraTargets targets, NDManager manager, Function<LoraConfig, Lora> attach)
            throws IOException, MalformedModelException {
        Path file = directory.resolve(WEIGHTS);
        try (SafeTensorsFile tensors = SafeTensorsFile.open(file);
                NDManager scratch = manager.newSubManager()) {
            LoraConfig config = LoraConfigJson.read(directory, targets, modules(tensors.names()));
            Map<String, Shape> expected = expected(config, targets);
            check(file, expected, tensors);
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (String name : expected.keySet()) {
                arrays.put(name.substring(PREFIX.length()), tensors.read(scratch, name));
            }
            Lora lora = attach.apply(config);
            for (LinearModule module : lora.adapted()) {
                fill(module, arrays);
            }
            for (String tensor : lora.whole()) {
                List<Parameter> parts = targets.tensors().get(tensor);
                fill(parts, targets.layouts().get(tensor), arrays.get(tensor));
            }
            return lora;
        }
    }

    private static Set<String> modules(Set<String> tensors) {
        Set<String> modules = new TreeSet<>();
        for (String tensor : tensors) {
            if (tensor.startsWith(PREFIX) && tensor.endsWith(DOWN) && tensor.length() > (PREFIX + DOWN).length()) {
                modules.add(tensor.substring(PREFIX.length(), tensor.length() - DOWN.length()));
            }
        }
        return modules;
    }

    private static Map<String, Shape> expected(LoraConfig config, LoraTargets targets) {
        Map<String, Shape> expected = new TreeMap<>();
        for (LinearModule module : targets.adapted(config)) {
            expected.put(PREFIX + module.name() + DOWN, new Shape(config.rank(), module.in()));
            expected.put(PREFIX + module.name() + UP, module.up(config.rank()));
        }
        for (String tensor : targets.whole(config)) {
            Shape part = targets.tensors().get(tensor).get(0).getShape();
            expected.put(PREFIX + tensor, targets.layouts().get(tensor).stored(part));
        }
        return expected;
    }

    private static void check(Path file, Map<String, Shape> expected, SafeTensorsFile tensors)
            throws MalformedModelException {
        Set<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(tensors.names());
        Set<String> unexpected = new TreeSet<>(tensors.names());
        unexpected.removeAll(expected.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new MalformedModelException(Text.format(
                    "Lora: the tensors in %s must be those that its %s asks for, got missing %s and unexpected %s",
                    file, LoraConfigJson.FILE, Names.some(missing), Names.some(unexpected)));
        }
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, shape) -> {
            TensorEntry entry = tensors.entry(name);
            if (!entry.shape().equals(shape)) {
                wrong.add(Text.format("'%s' must have shape %s, got %s", name, shape, entry.shape()));
            }
            if (!entry.type().isFloat()) {
                wrong.add(Text.format("'%s' must be of type F32, F16 or BF16, got %s", name, entry.type()));
            }
        });
        if (!wrong.isEmpty()) {
            throw new MalformedModelException(
                    Text.format("Lora: in %s tensor %s", file, String.join("; tensor ", wrong)));
        }
    }

    private static void fill(LinearModule module, Map<String, NDArray> arrays) {
        List<LowRankAdapter> adapters =
                module.parts().values().stream().map(Projection::adapter).toList();
        arrays.get(module.name() + DOWN).copyTo(adapters.get(0).down().getArray());
        fill(adapters.stream().map(LowRankAdapter::up).toList(), module.upLayout(), arrays.get(module.name() + UP));
    }

    private static void fill(List<Parameter> parts, TensorLayout layout, NDArray stored) {
        for (int part = 0; part < parts.size(); part++) {
            Parameter parameter = parts.get(part);
            layout.ofPart(part).extract(stored, parameter.getShape()).copyTo(parameter.getArray());
        }
    }
}
