package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.google.gson.GsonBuilder;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a block, fine-tuned perhaps, as a checkpoint of the form it was loaded from: the same names and layouts of tensors,
 * and the same files for configuration and tokenizer.
 */
public final class CheckpointWriter {
    /** What makes Hugging Face's own loader accept a file. */
    private static final Map<String, String> METADATA = Map.of("format", "pt");

    /** Such as 1_Pooling. */
    private static final Pattern MODULE = Pattern.compile("\\d+_\\w+");

    private CheckpointWriter() {}

    /**
     * Writes a checkpoint.
     *
     * @param directory made if it does not exist; a file of the same name is replaced in one step
     * @param block as {@link Checkpoint#load} gave it for the original, whatever became of its weights since
     * @param original the directory it was loaded from
     * @param storage how numbers are stored; FLOAT32 loads again bit for bit
     * @throws IOException if a file cannot be read or written
     * @throws MalformedModelException if the original is not what the block was loaded from
     * @throws IllegalArgumentException if the two directories are one
     * @throws IllegalStateException if the block has adapters, for which a checkpoint has no place
     */
    public static void write(Path directory, TransformerBlock block, Path original, FloatStorage storage)
            throws IOException, MalformedModelException {
        Files.createDirectories(directory);
        if (Files.isSameFile(directory, original)) {
            throw new IllegalArgumentException(
                    "CheckpointWriter: directory must be another than the original, got " + directory);
        }
        int adapters = LinearModule.adapters(block);
        if (adapters > 0) {
            throw new IllegalStateException("CheckpointWriter: block must have no adapters, got " + adapters
                    + "; merge them into the weights, or save them alone with Lora");
        }
        Map<String, Parameter> parameters = ParameterNames.trained(block);
        try (TensorSource tensors = CheckpointFiles.open(original);
                NDManager scratch = manager(parameters)) {
            CheckpointConfig config = CheckpointConfig.read(original);
            NameTable names =
                    Checkpoint.blueprint(config, config.head(), tensors.names()).names();
            Map<String, String> found = Checkpoint.find(original, names, parameters, tensors, Set.of());
            writeWeights(
                    directory,
                    names,
                    parameters,
                    found,
                    scratch,
                    storage,
                    tensor -> tensors.entry(tensor).shape());
        }
        copyOthers(original, directory);
    }

    /**
     * Writes a checkpoint of a model that was trained from nothing.
     *
     * @param directory made if it does not exist; a file of the same name is replaced in one step
     * @param block as {@link Checkpoint#create} gave it for the configuration, with weights
     * @param config becomes the {@code config.json}
     * @param storage how numbers are stored
     * @throws IOException if a file cannot be written
     * @throws MalformedModelException if the configuration is not the block's
     */
    public static void write(Path directory, TransformerBlock block, CheckpointConfig config, FloatStorage storage)
            throws IOException, MalformedModelException {
        Files.createDirectories(directory);
        Map<String, Parameter> parameters = ParameterNames.trained(block);
        NameTable names = Checkpoint.blueprint(config, config.head(), Set.of()).names();
        Map<String, String> places = new TreeMap<>();
        parameters
                .keySet()
                .forEach(parameter -> places.put(
                        parameter, names.place(parameter).candidates().get(0)));
        try (NDManager scratch = manager(parameters)) {
            writeWeights(directory, names, parameters, places, scratch, storage, tensor -> null);
        }
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(config.json());
        ReplacedFile.writeText(directory.resolve(CheckpointConfig.FILE), json + "\n");
    }

    /**
     * @param places the tensor of each parameter
     * @param shapes of the file's tensors, null where they are what layouts make of the parameters'
     */
    private static void writeWeights(
            Path directory,
            NameTable names,
            Map<String, Parameter> parameters,
            Map<String, String> places,
            NDManager scratch,
            FloatStorage storage,
            Function<String, Shape> shapes)
            throws IOException {
        Map<String, List<String>> byTensor = new TreeMap<>();
        places.forEach((parameter, tensor) ->
                byTensor.computeIfAbsent(tensor, none -> new ArrayList<>()).add(parameter));
        Map<String, NDArray> arrays = new TreeMap<>();
        byTensor.forEach((tensor, parts) -> {
            parts.sort(Comparator.comparing(part -> names.place(part).layout().part()));
            TensorLayout layout = names.place(parts.get(0)).layout();
            Shape given = shapes.apply(tensor);
            Shape stored =
                    given == null ? layout.stored(parameters.get(parts.get(0)).getShape()) : given;
            arrays.put(
                    tensor, merged(scratch, parts.stream().map(parameters::get).toList(), layout, stored));
        });
        SafeTensorsWriter.write(directory.resolve(CheckpointFiles.WEIGHTS), arrays, METADATA, storage);
    }

    private static NDManager manager(Map<String, Parameter> parameters) {
        return parameters.values().iterator().next().getArray().getManager().newSubManager();
    }

    /** A file's tensor from the parameters that are its parts, in order. */
    static NDArray merged(NDManager scratch, List<Parameter> parts, TensorLayout layout, Shape stored) {
        List<NDArray> arrays = parts.stream()
                .map(part -> {
                    NDArray copy = part.getArray().duplicate();
                    copy.attach(scratch);
                    return copy;
                })
                .toList();
        NDArray merged = TensorLayout.merge(arrays, layout, stored);
        merged.attach(scratch);
        return merged;
    }

    /** Everything beside the weights that belongs to a checkpoint: configuration, tokenizer, generation, modules. */
    private static void copyOthers(Path original, Path directory) throws IOException {
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (Files.isDirectory(file) && MODULE.matcher(name).matches()) {
                    copyModule(file, Files.createDirectories(directory.resolve(name)));
                } else if (Files.isRegularFile(file)
                        && (name.endsWith(".json") && !name.endsWith(".index.json")
                                || name.endsWith(".txt")
                                || name.endsWith(".model"))) {
                    copy(file, directory);
                }
            }
        }
    }

    /** A folder of sentence-transformers: what it says, and the weights of a dense layer. */
    private static void copyModule(Path original, Path directory) throws IOException {
        for (String name : List.of(CheckpointConfig.FILE, CheckpointFiles.WEIGHTS)) {
            if (Files.isRegularFile(original.resolve(name))) {
                copy(original.resolve(name), directory);
            }
        }
    }

    private static void copy(Path file, Path directory) throws IOException {
        ReplacedFile.write(directory.resolve(file.getFileName().toString()), stream -> Files.copy(file, stream));
    }
}
