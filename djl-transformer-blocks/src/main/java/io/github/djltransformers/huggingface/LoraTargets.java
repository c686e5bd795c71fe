package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A checkpoint's block as Hugging Face's model names its parts.
 *
 * @param head what the checkpoint was trained for
 * @param linears the linear modules by name
 * @param tensors the parameters that each tensor is made of, by the tensor's name, in order
 * @param layouts of these tensors
 */
record LoraTargets(
        Head head,
        Map<String, LinearModule> linears,
        Map<String, List<Parameter>> tensors,
        Map<String, TensorLayout> layouts) {

    /**
     * Names the parts of a block.
     *
     * @throws IOException if a file of the checkpoint cannot be read
     * @throws MalformedModelException if the block is not of this checkpoint
     */
    static LoraTargets of(TransformerBlock block, Path original) throws IOException, MalformedModelException {
        CheckpointConfig config = CheckpointConfig.read(original);
        Head head = config.head();
        Map<String, Parameter> parameters = ParameterNames.trained(block);
        NameTable names;
        try (TensorSource source = CheckpointFiles.open(original)) {
            names = Checkpoint.blueprint(config, head, source.names()).names();
            Checkpoint.find(original, names, parameters, source, Set.of());
        }
        Map<String, TreeMap<Integer, Parameter>> parts = new LinkedHashMap<>();
        Map<String, TensorLayout> layouts = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            String tensor = names.inClass(name, head);
            TensorLayout layout = names.place(name).layout();
            parts.computeIfAbsent(tensor, none -> new TreeMap<>()).put(layout.part(), parameter);
            layouts.putIfAbsent(tensor, layout);
        });
        Map<String, List<Parameter>> tensors = new LinkedHashMap<>();
        parts.forEach((tensor, numbered) -> tensors.put(tensor, List.copyOf(numbered.values())));
        return new LoraTargets(head, LinearModule.of(block, names, head), tensors, layouts);
    }

    /**
     * The linear modules that a configuration adapts.
     *
     * @throws IllegalArgumentException if one of its names is that of no linear module, or of one that is trained as a whole
     */
    List<LinearModule> adapted(LoraConfig config) {
        if (config.targets().equals(Set.of(LoraConfig.ALL_LINEAR))) {
            return linears.values().stream()
                    .filter(linear -> linear.inLayer() && !config.trains(weight(linear)))
                    .toList();
        }
        Set<String> ends = new TreeSet<>();
        linears.keySet().forEach(name -> ends.add(name.substring(name.lastIndexOf('.') + 1)));
        for (String target : config.targets()) {
            if (linears.keySet().stream().noneMatch(name -> LoraConfig.ends(name, Set.of(target)))) {
                throw new IllegalArgumentException(Text.format(
                        "Lora: targets must be ends of the names of linear modules, got '%s'; there are %s",
                        target, ends));
            }
        }
        List<LinearModule> adapted = new ArrayList<>();
        for (LinearModule linear : linears.values()) {
            if (LoraConfig.ends(linear.name(), config.targets())) {
                if (config.trains(weight(linear))) {
                    throw new IllegalArgumentException(Text.format(
                            "Lora: targets must not be trained as a whole, got '%s' in both", linear.name()));
                }
                adapted.add(linear);
            }
        }
        return adapted;
    }

    private static String weight(LinearModule linear) {
        return linear.name() + ".weight";
    }

    /** The names of the tensors that a configuration trains as a whole. */
    List<String> whole(LoraConfig config) {
        return tensors.keySet().stream().filter(config::trains).toList();
    }

    /** Whether a module of this name has a tensor. */
    boolean hasModule(String name) {
        LoraConfig alone = LoraConfig.of(1, 1, LoraConfig.ALL_LINEAR).withTrained(name);
        return tensors.keySet().stream().anyMatch(alone::trains);
    }
}
