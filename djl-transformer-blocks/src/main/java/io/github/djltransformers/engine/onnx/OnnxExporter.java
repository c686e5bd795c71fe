package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.export.ExportedBlock;
import io.github.djltransformers.export.Exporter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exports ONNX files of standard operators, which ONNX Runtime and any other runtime opens. Inputs are named as {@link
 * TransformerBlock#inputs}, parameters as {@link ParameterNames}; batch and lengths stay open.
 *
 * <p>Weights are in the file, or, where they are more than the format holds in one (2 GiB), in a second one beside it, {@code
 * .data} behind its name.
 */
public final class OnnxExporter implements Exporter {
    /** What Protocol Buffers hold, less room for the graph. */
    private static final long LARGEST = Integer.MAX_VALUE - (64L << 20);

    private final long largest;

    /** Makes the exporter; {@link java.util.ServiceLoader} calls this. */
    public OnnxExporter() {
        this(LARGEST);
    }

    /**
     * @param largest how many bytes of weights a model file holds
     */
    OnnxExporter(long largest) {
        this.largest = largest;
    }

    @Override
    public String format() {
        return "onnx";
    }

    @Override
    public List<Path> files(TransformerBlock block, Path target) {
        long weights = ParameterNames.of(block).values().stream()
                .mapToLong(parameter -> parameter.getShape().size() * Float.BYTES)
                .sum();
        return weights > largest ? List.of(target, beside(target)) : List.of(target);
    }

    private static Path beside(Path target) {
        return target.resolveSibling(target.getFileName() + ".data");
    }

    @Override
    public void export(TransformerBlock block, int inputs, Path target) throws IOException {
        ExportedBlock exported = ExportedBlock.of("OnnxExporter", block, inputs);
        Map<Parameter, String> names = new IdentityHashMap<>();
        exported.parameters().forEach((name, parameter) -> names.put(parameter, name));
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        List<OnnxValue> values = exported.inputs().stream().map(graph::input).toList();
        List<OnnxValue> results = block.apply(ops, values);
        for (int i = 0; i < results.size(); i++) {
            String name = results.size() == 1 ? "output" : "output" + i;
            graph.output(name, OnnxType.FLOAT, ops.unfolded(results.get(i)));
        }
        OnnxFile file = new OnnxFile(graph, block.name(), Map.of());
        List<Path> files = files(block, target);
        Map<Path, ReplacedFile.Content> contents = new LinkedHashMap<>();
        String beside = files.size() == 1 ? null : files.get(1).getFileName().toString();
        contents.put(target, stream -> buffered(stream, file.model(beside)::writeTo));
        if (beside != null) {
            contents.put(files.get(1), stream -> buffered(stream, file::writeWeights));
        }
        ReplacedFile.writeAll(contents);
    }

    private static void buffered(OutputStream stream, ReplacedFile.Content content) throws IOException {
        OutputStream buffered = new BufferedOutputStream(stream, 1 << 16);
        content.write(buffered);
        buffered.flush();
    }
}
