package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.export.ExportedBlock;
import io.github.djltransformers.export.Exporter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    public List<Path> files(TransformerBlock block, Path target) {
        return List.of(target);
    }

    @Override
    public void export(TransformerBlock block, int inputs, Path target) throws IOException {
        ExportedBlock exported = ExportedBlock.of("TorchScriptExporter", block, inputs);
        TorchSubmodule module = new TorchSubmodule(block.name());
        int storage = 0;
        for (Map.Entry<String, Parameter> named : exported.parameters().entrySet()) {
            Parameter parameter = named.getValue();
            boolean trained = parameter.getType() != Parameter.Type.OTHER;
            module.add(named.getKey(), storage++, parameter.getShape().getShape(), trained);
        }
        String classes = module.source(forward(block, exported));
        TorchPickle state = new TorchPickle();
        module.write(state);
        ReplacedFile.write(target, stream -> {
            try (TorchArchiveWriter archive = new TorchArchiveWriter(stream)) {
                archive.put("data.pkl", ByteBuffer.wrap(state.finish()));
                archive.put("byteorder", "little");
                archive.put("code/__torch__.py", classes + calledFunctions(classes));
                int number = 0;
                for (NDArray array : exported.arrays().values()) {
                    archive.put("data/" + number++, array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
                }
                archive.put("constants.pkl", ByteBuffer.wrap(TorchArchive.CONSTANTS));
                archive.put("version", ByteBuffer.wrap(TorchArchive.VERSION));
            }
        });
    }

    private static String forward(TransformerBlock block, ExportedBlock exported) {
        TorchWeights weights = new TorchWeights(LinearForm.PLAIN);
        TorchScriptOps ops = new TorchScriptOps(weights);
        List<TorchValue> inputs = exported.inputs().stream().map(TorchValue::of).toList();
        List<String> outputs =
                block.apply(ops, inputs).stream().map(TorchValue::name).toList();
        String results = String.join(", ", outputs);
        String types = outputs.stream().map(output -> "Tensor").collect(Collectors.joining(", "));
        boolean several = outputs.size() > 1;
        StringBuilder method = new StringBuilder("  def forward(self: __torch__.").append(block.name());
        exported.inputs().forEach(name -> method.append(", ").append(name).append(": Tensor"));
        method.append(") -> ").append(several ? "Tuple[" + types + "]" : types).append(":\n");
        exported.parameters()
                .forEach((name, parameter) -> method.append("    ")
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
