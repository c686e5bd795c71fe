package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.Exporter;
import io.github.djltransformers.compile.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Exports TorchScript archives, which DJL's PyTorch engine, Python's {@code torch.jit.load} and libtorch (1.13 or later)
 * open: a module whose {@code forward} takes the block's inputs in order and returns its output, or a tuple of several.
 * Parameters are modules' parameters under the names of {@link ParameterNames}; constants are buffers.
 */
public final class TorchScriptExporter implements Exporter {
    private static final Pattern FUNCTION = Pattern.compile("(?m)^def (\\w+)\\(");

    /** Makes the exporter; {@link java.util.ServiceLoader} calls this. */
    public TorchScriptExporter() {}

    @Override
    public String format() {
        return "torchscript";
    }

    @Override
    public List<Path> files(Path target) {
        return List.of(target);
    }

    @Override
    public void export(TransformerBlock block, int inputs, Path target) throws IOException {
        List<String> names = arguments(block, inputs);
        Map<String, NDArray> arrays = arrays(block);
        TorchSubmodule module = new TorchSubmodule(block.name());
        Map<String, Parameter> parameters = ParameterNames.of(block);
        int storage = 0;
        for (Map.Entry<String, NDArray> named : arrays.entrySet()) {
            boolean trained = parameters.get(named.getKey()).getType() != Parameter.Type.OTHER;
            module.add(named.getKey(), storage++, named.getValue().getShape().getShape(), trained);
        }
        String classes = module.source(forward(block, names, parameters));
        TorchPickle state = new TorchPickle();
        module.write(state);

        // Not Files.createTempFile: its owner-only permissions would stay on the finished file.
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (TorchArchiveWriter archive = new TorchArchiveWriter(
                    Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                archive.put("data.pkl", ByteBuffer.wrap(state.finish()));
                archive.put("byteorder", "little");
                archive.put("code/__torch__.py", classes + calledFunctions(classes));
                int number = 0;
                for (NDArray array : arrays.values()) {
                    archive.put("data/" + number++, array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
                }
                archive.put("constants.pkl", ByteBuffer.wrap(TorchArchive.CONSTANTS));
                archive.put("version", ByteBuffer.wrap(TorchArchive.VERSION));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static List<String> arguments(TransformerBlock block, int inputs) {
        List<String> names = block.inputs();
        long required = names.stream().filter(name -> !name.endsWith("?")).count();
        if (inputs < required || inputs > names.size()) {
            throw new IllegalArgumentException("TorchScriptExporter: inputs of %s must be %d to %d of %s, got %d"
                    .formatted(block.name(), required, names.size(), names, inputs));
        }
        return names.subList(0, inputs).stream()
                .map(name -> name.replace("?", ""))
                .toList();
    }

    private static Map<String, NDArray> arrays(TransformerBlock block) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        ParameterNames.of(block).forEach((name, parameter) -> {
            if (!parameter.isInitialized()) {
                throw new IllegalStateException("TorchScriptExporter: parameter '" + name + "' of " + block.name()
                        + " must be initialised, got none; initialise or load the block before exporting it");
            }
            NDArray array = parameter.getArray();
            if (array.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException("TorchScriptExporter: parameter '" + name + "' of " + block.name()
                        + " must be FLOAT32, got " + array.getDataType());
            }
            arrays.put(name, array);
        });
        return arrays;
    }

    private static String forward(TransformerBlock block, List<String> names, Map<String, Parameter> parameters) {
        TorchWeights weights = new TorchWeights(Precision.FLOAT32);
        TorchScriptOps ops = new TorchScriptOps(weights);
        List<TorchValue> inputs = names.stream().map(TorchValue::of).toList();
        List<String> outputs =
                block.apply(ops, inputs).stream().map(TorchValue::name).toList();
        String results = String.join(", ", outputs);
        String types = outputs.stream().map(output -> "Tensor").collect(Collectors.joining(", "));
        boolean several = outputs.size() > 1;
        StringBuilder method = new StringBuilder("  def forward(self: __torch__.").append(block.name());
        names.forEach(name -> method.append(", ").append(name).append(": Tensor"));
        method.append(") -> ").append(several ? "Tuple[" + types + "]" : types).append(":\n");
        parameters.forEach((name, parameter) -> method.append("    ")
                .append(weights.name(parameter))
                .append(" = ")
                .append(TorchSubmodule.expression("self", name))
                .append('\n'));
        return method.append(ops.body())
                .append("    return ")
                .append(several ? "(" + results + ")" : results)
                .append('\n')
                .toString();
    }

    /** Those functions of {@link TorchSource} that a source calls, and those that they call. */
    private static String calledFunctions(String source) {
        Map<String, String> functions = new LinkedHashMap<>();
        for (String function : TorchSource.FUNCTIONS.split("(?m)^(?=def )")) {
            FUNCTION.matcher(function).results().forEach(match -> functions.put(match.group(1), function));
        }
        Map<String, String> called = new LinkedHashMap<>();
        String text = source;
        while (true) {
            String calls = text;
            Map<String, String> more = functions.entrySet().stream()
                    .filter(function -> !called.containsKey(function.getKey())
                            && calls.contains("__torch__." + function.getKey() + "("))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
            if (more.isEmpty()) {
                return String.join("", called.values());
            }
            called.putAll(more);
            text = String.join("", more.values());
        }
    }
}
