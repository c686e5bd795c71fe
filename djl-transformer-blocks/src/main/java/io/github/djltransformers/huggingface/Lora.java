package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.Freezing;
import io.github.djltransformers.block.LowRankAdapter;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Low-rank adaptation (Hu et al. 2021, section 4.1): beside the frozen weights of chosen linear maps a product of two narrow
 * matrices is trained, {@code y = x W^T + b + (alpha / r) x A^T B^T}. B begins at zero, and the block as what it was.
 *
 * <p>Adapters are attached before a trainer is made, and merged or taken away after it was closed, while nothing computes the
 * block. In between the block is trained, run and compiled as any other. Saved alone they have the form of Hugging Face's
 * PEFT, {@code adapter_config.json} and {@code adapter_model.safetensors}, and go both ways.
 */
public final class Lora {
    private final TransformerBlock block;
    private final Path original;
    private final LoraConfig config;
    private final LoraTargets targets;
    private final List<LinearModule> adapted;
    private final Set<String> frozen = new HashSet<>();

    private Lora(TransformerBlock block, Path original, LoraConfig config, LoraTargets targets) {
        this.block = block;
        this.original = original;
        this.config = config;
        this.targets = targets;
        adapted = targets.adapted(config);
    }

    /**
     * Gives a block new adapters, and freezes everything else but the modules that are trained as a whole.
     *
     * @param block as {@link Checkpoint#load(Path, NDManager)} gave it
     * @param original the directory it was loaded from, by which its parts are named
     * @throws IOException if a file of the checkpoint cannot be read
     * @throws MalformedModelException if the block is not of this checkpoint
     * @throws IllegalArgumentException if a target is no linear map of the block, or a trained module is not there
     * @throws IllegalStateException if the block has adapters, or no weights yet
     */
    public static Lora attach(TransformerBlock block, Path original, LoraConfig config)
            throws IOException, MalformedModelException {
        LoraTargets targets = targets(block, original);
        for (String name : config.trained()) {
            if (!targets.hasModule(name)) {
                throw new IllegalArgumentException(
                        Text.format("Lora: trained must be ends of the names of modules, got '%s'; there are", name)
                                + " " + heads(targets));
            }
        }
        return attached(block, original, config, targets);
    }

    private static Set<String> heads(LoraTargets targets) {
        Set<String> first = new TreeSet<>();
        targets.tensors().keySet().forEach(name -> first.add(name.replaceFirst("\\..*", "")));
        return first;
    }

    /**
     * Gives a block the adapters of a directory, such as {@link #save} or PEFT's {@code save_pretrained} wrote. Training may
     * go on with them.
     *
     * @param block as {@link Checkpoint#load(Path, NDManager)} gave it
     * @param original the directory it was loaded from
     * @param directory with {@code adapter_config.json} and {@code adapter_model.safetensors}
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if the adapters are not of this block, or of a kind that is not known here
     * @throws IllegalStateException if the block has adapters, or no weights yet
     */
    public static Lora load(TransformerBlock block, Path original, Path directory)
            throws IOException, MalformedModelException {
        LoraTargets targets = targets(block, original);
        return LoraFiles.load(directory, targets, manager(block), config -> attached(block, original, config, targets));
    }

    private static LoraTargets targets(TransformerBlock block, Path original)
            throws IOException, MalformedModelException {
        int adapters = LinearModule.adapters(block);
        if (adapters > 0) {
            throw new IllegalStateException(
                    "Lora: block must have no adapters, got " + adapters + "; merge or detach them first");
        }
        if (!block.isInitialized()) {
            throw new IllegalStateException("Lora: block must have weights, got none; load it by Checkpoint.load");
        }
        return LoraTargets.of(block, original);
    }

    private static Lora attached(TransformerBlock block, Path original, LoraConfig config, LoraTargets targets) {
        Lora lora = new Lora(block, original, config, targets);
        Set<Parameter> trained = Collections.newSetFromMap(new IdentityHashMap<>());
        lora.whole().forEach(tensor -> trained.addAll(targets.tensors().get(tensor)));
        Set<String> others = new HashSet<>();
        ParameterNames.trained(block).forEach((name, parameter) -> {
            if (!trained.contains(parameter)) {
                others.add(name);
                if (parameter.requiresGradient()) {
                    lora.frozen.add(name);
                }
            }
        });
        lora.adapted.forEach(lora::adapt);
        Freezing.freeze(block, others::contains);
        block.partsChanged();
        return lora;
    }

    private void adapt(LinearModule module) {
        LowRankAdapter first = null;
        for (Projection part : module.parts().values()) {
            int rows = Math.toIntExact(module.rows());
            LowRankAdapter adapter = first == null
                    ? new LowRankAdapter(
                            Math.toIntExact(module.in()), rows, config.rank(), config.factor(), config.dropout())
                    : new LowRankAdapter(first, rows);
            NDArray weight = part.weight().getArray();
            adapter.initialize(weight.getManager(), weight.getDataType());
            // Until a trainer asks for gradients, as with all loaded parameters.
            adapter.down().getArray().setRequiresGradient(false);
            adapter.up().getArray().setRequiresGradient(false);
            part.adapt(adapter);
            first = first == null ? adapter : first;
        }
    }

    private static NDManager manager(TransformerBlock block) {
        return ParameterNames.trained(block)
                .values()
                .iterator()
                .next()
                .getArray()
                .getManager();
    }

    /** What is adapted, and how. */
    public LoraConfig config() {
        return config;
    }

    /** The names of the linear modules with adapters, as Hugging Face's model has them. */
    public List<String> modules() {
        return adapted.stream().map(LinearModule::name).toList();
    }

    /** The checkpoint that the adapters belong to. */
    Path original() {
        return original;
    }

    LoraTargets targets() {
        return targets;
    }

    List<LinearModule> adapted() {
        return adapted;
    }

    /** The tensors that are trained as a whole. */
    List<String> whole() {
        return targets.whole(config);
    }

    /**
     * Writes the adapters, and what is trained as a whole, without the rest of the model.
     *
     * @param directory made if it does not exist; files of the same names are replaced in one step each
     * @throws IOException if a file cannot be written
     * @throws IllegalStateException if the adapters are no longer there
     */
    public void save(Path directory) throws IOException {
        requireAttached();
        try (NDManager scratch = manager(block).newSubManager()) {
            LoraFiles.save(directory, this, scratch);
        }
    }

    /**
     * Adds the adapters to the weights, {@code W + (alpha / r) B A}, and takes them away. The block is a plain one again,
     * which {@link CheckpointWriter} writes.
     *
     * @throws IllegalStateException if the adapters are no longer there
     */
    public void merge() {
        requireAttached();
        try (NDManager scratch = manager(block).newSubManager()) {
            for (LinearModule module : adapted) {
                module.parts().values().forEach(part -> merge(part, scratch));
            }
        }
        detach();
    }

    private static void merge(Projection part, NDManager scratch) {
        LowRankAdapter adapter = part.adapter();
        NDArray up = copy(adapter.up(), scratch); // (out, r)
        NDArray down = copy(adapter.down(), scratch); // (r, in)
        part.weight().getArray().addi(up.matMul(down).mul(adapter.scaling()));
    }

    private static NDArray copy(Parameter parameter, NDManager scratch) {
        NDArray copy = parameter.getArray().duplicate();
        copy.attach(scratch);
        return copy;
    }

    /**
     * Takes the adapters away and frees them. Weights are as they were before, but for modules that were trained as a whole,
     * and what was frozen for the adapters' sake may be trained.
     *
     * @throws IllegalStateException if the adapters are no longer there
     */
    public void detach() {
        requireAttached();
        List<LowRankAdapter> adapters = new ArrayList<>();
        for (LinearModule module : adapted) {
            for (Projection part : module.parts().values()) {
                adapters.add(part.adapter());
                part.removeAdapter();
            }
        }
        block.partsChanged();
        adapters.forEach(LowRankAdapter::clear);
        Freezing.release(block, frozen::contains);
        // Until a trainer asks for gradients, as after loading.
        ParameterNames.trained(block)
                .values()
                .forEach(parameter -> parameter.getArray().setRequiresGradient(false));
    }

    private void requireAttached() {
        if (adapted.get(0).parts().firstEntry().getValue().adapter() == null) {
            throw new IllegalStateException(
                    "Lora: adapters must be in the block, got none; they were merged or detached");
        }
    }
}
