package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Names;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.safetensors.TensorSource;
import io.github.djltransformers.saved.ModelWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory with a model in Hugging Face's form: {@code config.json} and weights as safetensors. */
public final class Checkpoint {
    private static final Logger LOGGER = LoggerFactory.getLogger(Checkpoint.class);

    /** What the names of parameters below heads begin with. */
    private static final String BODY = "body.";

    private Checkpoint() {}

    /**
     * Builds the block that the configuration describes and loads its weights.
     *
     * @param manager the owner of the weights, and whose device they are put on
     * @return the block, its parameters FLOAT32, with or without gradient as DJL's trainer decides later
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if the configuration is not one of a known family, or the tensors are not the ones it
     *     asks for: the error lists those that are missing, unexpected or of another shape
     */
    public static TransformerBlock load(Path directory, NDManager manager) throws IOException, MalformedModelException {
        CheckpointConfig config = CheckpointConfig.read(directory);
        return load(directory, config, config.head(), manager);
    }

    /**
     * Builds a block with another head than the checkpoint was trained for, whose tensors must be there too: the base model
     * is in every one.
     *
     * @param manager the owner of the weights, and whose device they are put on
     * @throws IOException as {@link #load(Path, NDManager)}
     * @throws MalformedModelException as there
     */
    public static TransformerBlock load(Path directory, Head head, NDManager manager)
            throws IOException, MalformedModelException {
        return load(directory, CheckpointConfig.read(directory), head, manager);
    }

    /**
     * Builds the block that a configuration describes, for a model that is to be trained from nothing.
     *
     * @return the block, without weights until it is initialised
     * @throws MalformedModelException if the configuration is not one of a known family
     */
    public static TransformerBlock create(CheckpointConfig config) throws MalformedModelException {
        return blueprint(config, config.head(), Set.of()).block();
    }

    private static TransformerBlock load(Path directory, CheckpointConfig config, Head head, NDManager manager)
            throws IOException, MalformedModelException {
        try (TensorSource tensors = CheckpointFiles.open(directory)) {
            Blueprint blueprint = blueprint(config, head, tensors.names());
            ModelWeights.requireBounded(blueprint.block(), directory);
            Map<String, Parameter> parameters = ParameterNames.trained(blueprint.block());
            Map<String, String> found =
                    find(directory, blueprint.names(), parameters, tensors, ofOwnHead(config, head, tensors));
            warnOfDifferences(directory, blueprint.names(), tensors, found, manager);
            assign(blueprint.block(), manager, tensors, blueprint.names(), parameters, found);
            return blueprint.block();
        }
    }

    /**
     * Gives a block that is to be trained for another task the weights of a checkpoint: those of all but its heads, and the heads'
     * where the checkpoint has them in the same shape. What is left is initialised at random.
     *
     * @param directory of the checkpoint
     * @param block as {@link #create} gave it
     * @param config that it was created from: the checkpoint's but for the head and its labels
     * @param manager the owner of the weights
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if the checkpoint lacks a tensor, or has one in another shape, naming them
     */
    public static void adopt(Path directory, TransformerBlock block, CheckpointConfig config, NDManager manager)
            throws IOException, MalformedModelException {
        try (TensorSource tensors = CheckpointFiles.open(directory)) {
            NameTable names = blueprint(config, config.head(), tensors.names()).names();
            Set<String> missing = new TreeSet<>();
            Map<String, Parameter> adopted = new LinkedHashMap<>();
            Map<String, String> found = new LinkedHashMap<>();
            ParameterNames.trained(block).forEach((name, parameter) -> {
                NameTable.Place place = names.place(name);
                Shape stored = place.layout().stored(parameter.getShape());
                place.candidates().stream()
                        .filter(tensor -> tensors.names().contains(tensor)
                                && tensors.entry(tensor).shape().equals(stored))
                        .findFirst()
                        .ifPresentOrElse(
                                tensor -> {
                                    adopted.put(name, parameter);
                                    found.put(name, tensor);
                                },
                                () -> {
                                    if (!(block instanceof HeadedEncoder) || name.startsWith(BODY)) {
                                        missing.add(place.candidates().get(0) + " " + stored);
                                    }
                                });
            });
            if (!missing.isEmpty()) {
                throw new MalformedModelException(Text.format(
                        "Checkpoint: %s must have the tensors of the model below its heads, got none for %s",
                        directory, Names.some(missing)));
            }
            assign(block, manager, tensors, names, adopted, found);
        }
    }

    private static void assign(
            TransformerBlock block,
            NDManager manager,
            TensorSource tensors,
            NameTable names,
            Map<String, Parameter> parameters,
            Map<String, String> found)
            throws IOException, MalformedModelException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> entry : found.entrySet()) {
                arrays.put(entry.getKey(), read(manager, tensors, names, parameters, entry));
            }
        } catch (IOException | MalformedModelException | RuntimeException e) {
            arrays.values().forEach(NDArray::close);
            throw e;
        }
        ModelWeights.assign(block, manager, parameters, arrays);
    }

    /** A tensor that is there under several names should be the same under each. */
    private static void warnOfDifferences(
            Path directory, NameTable names, TensorSource tensors, Map<String, String> found, NDManager manager)
            throws IOException, MalformedModelException {
        for (Map.Entry<String, String> entry : found.entrySet()) {
            for (String other : names.place(entry.getKey()).candidates()) {
                if (!other.equals(entry.getValue()) && tensors.names().contains(other)) {
                    try (NDManager scratch = manager.newSubManager()) {
                        NDArray one = tensors.read(scratch, entry.getValue());
                        NDArray two = tensors.read(scratch, other);
                        if (!one.getShape().equals(two.getShape()) || !one.contentEquals(two)) {
                            LOGGER.warn(
                                    "In {} the tensors {} and {} differ, which the configuration says are one; {} is taken",
                                    directory,
                                    entry.getValue(),
                                    other,
                                    entry.getValue());
                        }
                    }
                }
            }
        }
    }

    /** The tensors of the head that a checkpoint was trained for, where another is asked for. */
    private static Set<String> ofOwnHead(CheckpointConfig config, Head head, TensorSource tensors)
            throws MalformedModelException {
        Set<String> own = new HashSet<>();
        if (head != config.head()) {
            Blueprint blueprint = blueprint(config, config.head(), tensors.names());
            for (String parameter : ParameterNames.trained(blueprint.block()).keySet()) {
                own.addAll(blueprint.names().place(parameter).candidates());
            }
        }
        return own;
    }

    /**
     * The block of a configuration and the names of its tensors.
     *
     * @param tensors the names in the checkpoint
     * @throws MalformedModelException if no family knows the configuration, or it is a wrong one
     */
    static Blueprint blueprint(CheckpointConfig config, Head head, Set<String> tensors) throws MalformedModelException {
        Family family = family(config);
        try {
            return family.blueprint(config, head, name -> has(tensors, name));
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    config.malformed("values must fit each other, got: " + e.getMessage())
                            .getMessage(),
                    e);
        }
    }

    private static boolean has(Set<String> tensors, String name) {
        return tensors.contains(name) || tensors.stream().anyMatch(tensor -> tensor.endsWith("." + name));
    }

    private static Family family(CheckpointConfig config) throws MalformedModelException {
        Set<String> known = new TreeSet<>();
        for (Family family : ServiceLoader.load(Family.class)) {
            if (family.modelTypes().contains(config.modelType())) {
                return family;
            }
            known.addAll(family.modelTypes());
        }
        throw config.wrong("model_type", "one of " + known, config.modelType());
    }

    private static NDArray read(
            NDManager manager,
            TensorSource tensors,
            NameTable names,
            Map<String, Parameter> parameters,
            Map.Entry<String, String> found)
            throws IOException, MalformedModelException {
        TensorLayout layout = names.place(found.getKey()).layout();
        Shape shape = parameters.get(found.getKey()).getShape();
        try (NDManager reading = manager.newSubManager()) {
            NDArray array = layout.extract(tensors.read(reading, found.getValue()), shape);
            if (EngineKind.of(manager.getEngine().getEngineName()) == EngineKind.HOLDING) {
                return HostArrays.of(manager, array.toFloatArray(), shape); // another engine may have computed it
            }
            array.attach(manager);
            return array;
        }
    }

    /**
     * The tensor of each parameter.
     *
     * @param others tensors that may be there too
     */
    static Map<String, String> find(
            Path directory,
            NameTable names,
            Map<String, Parameter> parameters,
            TensorSource tensors,
            Set<String> others)
            throws MalformedModelException {
        Map<String, String> found = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        Set<String> unexpected = new HashSet<>(tensors.names());
        parameters.forEach((name, parameter) -> {
            NameTable.Place place = names.place(name);
            String tensor = place.candidates().stream()
                    .filter(tensors.names()::contains)
                    .findFirst()
                    .orElse(null);
            if (tensor == null) {
                missing.add(place.candidates().get(0));
                return;
            }
            unexpected.remove(tensor);
            found.put(name, tensor);
            Shape stored = place.layout().stored(parameter.getShape());
            Shape actual = tensors.entry(tensor).shape();
            if (!actual.equals(stored) && !actual.equals(new Shape(1).addAll(stored))) {
                wrong.add(Text.format("'%s' must have shape %s, got %s", tensor, stored, actual));
            }
            if (!tensors.entry(tensor).type().isFloat()) {
                wrong.add(Text.format(
                        "'%s' must be of type F32, F16 or BF16, got %s",
                        tensor, tensors.entry(tensor).type()));
            }
        });
        unexpected.removeAll(others);
        unexpected.removeIf(names::passesOver);
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new MalformedModelException(Text.format(
                    "Checkpoint: the tensors in %s must be those that its %s asks for, got missing %s and unexpected %s",
                    directory, CheckpointConfig.FILE, Names.some(missing), Names.some(new TreeSet<>(unexpected))));
        }
        if (!wrong.isEmpty()) {
            throw new MalformedModelException(
                    Text.format("Checkpoint: in %s tensor %s", directory, String.join("; tensor ", wrong)));
        }
        return found;
    }
}
