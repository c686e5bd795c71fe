package io.github.djltransformers.saved;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.djltransformers.Names;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsType;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A block's trained parameters in a safetensors file, under the names of {@link ParameterNames}.
 *
 * <p>A parameter used in two places is stored once. Constants that a block computes itself
 * ({@link Parameter.Type#OTHER}, such as a sinusoidal table) are not stored.
 */
public final class ModelWeights {
    private static final Set<SafeTensorsType> FLOATS =
            EnumSet.of(SafeTensorsType.F32, SafeTensorsType.F16, SafeTensorsType.BF16);

    private static final int MAX_CONSTANTS = 1 << 26;

    private ModelWeights() {}

    /**
     * Saves the parameters as FLOAT32.
     *
     * @param block an initialised block
     * @param file replaced in one step if it exists
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if a parameter is not initialised
     */
    public static void save(Block block, Path file) throws IOException {
        save(block, file, FloatStorage.FLOAT32);
    }

    /**
     * Saves the parameters.
     *
     * @param block an initialised block
     * @param file replaced in one step if it exists
     * @param storage how values are stored; the 16-bit forms round to nearest
     * @throws IOException if the file cannot be written
     * @throws IllegalStateException if a parameter is not initialised
     * @throws IllegalArgumentException if a finite value would become infinite
     */
    public static void save(Block block, Path file, FloatStorage storage) throws IOException {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        List<NDArray> narrowed = new ArrayList<>();
        ParameterNames.trained(block).forEach((name, parameter) -> {
            if (!parameter.isInitialized()) {
                throw new IllegalStateException("ModelWeights: parameter '" + name + "' of " + name(block)
                        + " must be initialised, got none; initialise or load the block before saving it");
            }
            NDArray array = parameter.getArray();
            if (array.getDataType() == DataType.FLOAT64) {
                array = array.toType(DataType.FLOAT32, true);
                narrowed.add(array);
            }
            tensors.put(name, array);
        });
        try {
            SafeTensorsWriter.write(file, tensors, Map.of(), storage);
        } finally {
            narrowed.forEach(NDArray::close);
        }
    }

    /**
     * Fills the parameters from a file and initialises the constants. The file must hold exactly the block's parameters,
     * in their shapes; values stored in 16 bits are widened to FLOAT32. Nothing is drawn at random, and a block that had
     * parameters before has them replaced. If anything is wrong the block stays as it was.
     *
     * <p>As after DJL's own loading, the arrays collect no gradient until a trainer initialises them.
     *
     * @param block the block
     * @param manager the owner of the arrays, and whose device they are put on
     * @param file the file
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file is no safetensors file; if tensors are missing or unexpected, or
     *     have another shape or type, naming the first of them; or if the block's constants are larger than any model's
     */
    public static void load(Block block, NDManager manager, Path file) throws IOException, MalformedModelException {
        Map<String, Parameter> parameters = ParameterNames.trained(block);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (SafeTensorsFile tensors = SafeTensorsFile.open(file)) {
            requireBounded(block, file);
            checkNames(block, file, parameters.keySet(), tensors.names());
            checkEntries(file, parameters, tensors);
            for (String name : parameters.keySet()) {
                arrays.put(name, tensors.read(manager, name));
            }
        } catch (IOException | MalformedModelException | RuntimeException e) {
            arrays.values().forEach(NDArray::close);
            throw e;
        }
        assign(block, manager, parameters, arrays);
    }

    /**
     * Gives a block's parameters their values, and initialises its constants. DJL fixes a parameter's shape before it has an
     * array, so that only an initialiser can give it one.
     *
     * @param manager the owner of the parameters
     * @param parameters of the block, by name
     * @param arrays FLOAT32, one for each of them; the block owns them from now on
     */
    public static void assign(
            Block block, NDManager manager, Map<String, Parameter> parameters, Map<String, NDArray> arrays) {
        boolean computes = EngineKind.of(manager.getEngine().getEngineName()) == EngineKind.COMPUTING;
        Map<String, Initializer> initializers = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            initializers.put(name, parameter.getInitializer());
            parameter.close();
            if (!computes) {
                parameter.freeze(true);
            }
            parameter.setInitializer((owner, shape, type) -> arrays.get(name));
        });
        block.initialize(manager, DataType.FLOAT32);
        parameters.forEach((name, parameter) -> parameter.setInitializer(initializers.get(name)));
        collectNoGradients(parameters.values(), manager);
    }

    /** As after DJL's own loading, arrays collect no gradient until a trainer initialises them. */
    public static void collectNoGradients(Collection<Parameter> parameters, NDManager manager) {
        if (EngineKind.of(manager.getEngine().getEngineName()) == EngineKind.COMPUTING) {
            parameters.forEach(parameter -> parameter.getArray().setRequiresGradient(false));
        }
    }

    /**
     * Refuses a block whose constants, which no file holds, ask for more memory than any model's.
     *
     * @param source what the error names
     */
    public static void requireBounded(Block block, Path source) throws MalformedModelException {
        double numbers = ParameterNames.of(block).values().stream()
                .filter(parameter -> parameter.getType() == Parameter.Type.OTHER)
                .mapToDouble(parameter -> product(parameter.getShape()))
                .sum();
        if (numbers > MAX_CONSTANTS) {
            throw new MalformedModelException(Text.format(
                    "ModelWeights: the constants of %s for %s, such as its positions, must have at most %d numbers, got %.0f",
                    name(block), source, MAX_CONSTANTS, numbers));
        }
    }

    private static double product(Shape shape) {
        return Arrays.stream(shape.getShape()).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    private static void checkNames(Block block, Path file, Set<String> expected, Set<String> actual)
            throws MalformedModelException {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        Set<String> unexpected = new TreeSet<>(actual);
        unexpected.removeAll(expected);
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new MalformedModelException(Text.format(
                    "ModelWeights: the tensors in %s must be the %d parameters of %s, got missing %s and unexpected %s",
                    file, expected.size(), name(block), Names.some(missing), Names.some(unexpected)));
        }
    }

    private static void checkEntries(Path file, Map<String, Parameter> parameters, SafeTensorsFile tensors)
            throws MalformedModelException {
        List<String> wrong = new ArrayList<>();
        parameters.forEach((name, parameter) -> {
            TensorEntry entry = tensors.entry(name);
            Shape shape = parameter.getShape();
            if (!entry.shape().equals(shape)) {
                wrong.add(Text.format("'%s' must have shape %s, got %s", name, shape, entry.shape()));
            }
            if (!FLOATS.contains(entry.type())) {
                wrong.add(Text.format("'%s' must be of type F32, F16 or BF16, got %s", name, entry.type()));
            }
        });
        if (!wrong.isEmpty()) {
            throw new MalformedModelException(
                    Text.format("ModelWeights: in %s tensor %s", file, Names.some(wrong, "; tensor ")));
        }
    }

    private static String name(Block block) {
        return block.getClass().getSimpleName();
    }
}
