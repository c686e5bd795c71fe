package io.github.djltransformers.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@link Exporter} writes of a block, once it is known to be complete.
 *
 * @param inputs the names of the inputs that the program takes
 * @param parameters by name, each initialised and FLOAT32
 */
public record ExportedBlock(List<String> inputs, Map<String, Parameter> parameters) {
    /**
     * Takes the parameters of a block and some of its inputs.
     *
     * @param owner the type that errors name
     * @param inputs how many, from the first
     * @throws IllegalArgumentException if the block has no such number of inputs or a parameter has another type
     * @throws IllegalStateException if a parameter is not initialised
     */
    public static ExportedBlock of(String owner, TransformerBlock block, int inputs) {
        List<String> names = block.inputs();
        long required = names.stream().filter(name -> !name.endsWith("?")).count();
        if (inputs < required || inputs > names.size()) {
            throw new IllegalArgumentException(Text.format(
                    "%s: inputs of %s must be %d to %d of %s, got %d",
                    owner, block.name(), required, names.size(), names, inputs));
        }
        Map<String, Parameter> parameters = ParameterNames.of(block);
        parameters.forEach((name, parameter) -> {
            if (!parameter.isInitialized()) {
                throw new IllegalStateException(Text.format(
                        "%s: parameter '%s' of %s must be initialised, got none; initialise or load"
                                + " the block before exporting it",
                        owner, name, block.name()));
            }
            DataType type = parameter.getArray().getDataType();
            if (type != DataType.FLOAT32) {
                throw new IllegalArgumentException(Text.format(
                        "%s: parameter '%s' of %s must be FLOAT32, got %s", owner, name, block.name(), type.name()));
            }
        });
        return new ExportedBlock(
                names.subList(0, inputs).stream()
                        .map(name -> name.replace("?", ""))
                        .toList(),
                parameters);
    }

    /** The values of the parameters, by name. */
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
        return arrays;
    }
}
