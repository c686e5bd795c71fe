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
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Exports ONNX files of standard operators, which ONNX Runtime and any other runtime opens. Parameters are named as {@link
 * ParameterNames} does; batch and lengths stay open. A block's inputs are named as {@link TransformerBlock#inputs}.
 *
 * <p>A model has the inputs and outputs that exports of Hugging Face's have: {@code input_ids} and {@code attention_mask}, and where it
 * knows some {@code token_type_ids}, give {@code last_hidden_state}, {@code sentence_embedding} or {@code logits}. One that writes becomes
 * two files, with key/value caches: {@code NAME-encoder.onnx} reads a source, or {@code NAME.onnx} a beginning, and {@code
 * NAME-step.onnx} a token of each row.
 *
 * <p>Weights are in the file, or, where they are more than the format holds in one (2 GiB), in a second one beside it, {@code
 * .data} behind its name.
 */
public final class OnnxExporter implements Exporter {
    /** What Protocol Buffers hold, less room for the graph. */
    private static final long LARGEST = Integer.MAX_VALUE - (64L << 20);

    private static final String ENDING = ".onnx";

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
        List<Path> files = new ArrayList<>();
        graphs(block, names(block), target).forEach((path, graph) -> {
            files.add(path);
            if (new OnnxFile(graph, "", Map.of()).weightBytes() > largest) {
                files.add(beside(path));
            }
        });
        return files;
    }

    private static Path beside(Path target) {
        return target.resolveSibling(target.getFileName() + ".data");
    }

    private static Map<Parameter, String> names(TransformerBlock block) {
        Map<Parameter, String> names = new IdentityHashMap<>();
        ParameterNames.of(block).forEach((name, parameter) -> names.put(parameter, name));
        return names;
    }

    /** The graphs of a model by the file of each. */
    private static Map<Path, OnnxGraph> graphs(TransformerBlock block, Map<Parameter, String> names, Path target) {
        if (!OnnxModels.isModel(block)) {
            return Map.of(target, forward(block, required(block), names));
        }
        String file = target.getFileName().toString();
        String stem = file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
        Map<Path, OnnxGraph> graphs = new LinkedHashMap<>();
        new OnnxModels(names)
                .graphs(block)
                .forEach((ending, graph) ->
                        graphs.put(ending.isEmpty() ? target : target.resolveSibling(stem + ending + ENDING), graph));
        return graphs;
    }

    private static List<String> required(TransformerBlock block) {
        return block.inputs().stream().filter(name -> !name.endsWith("?")).toList();
    }

    private static OnnxGraph forward(TransformerBlock block, List<String> inputs, Map<Parameter, String> names) {
        OnnxGraph graph = new OnnxGraph(names);
        OnnxOps ops = new OnnxOps(graph);
        List<OnnxValue> values = inputs.stream().map(graph::input).toList();
        List<OnnxValue> results = block.apply(ops, values);
        for (int i = 0; i < results.size(); i++) {
            String name = results.size() == 1 ? "output" : "output" + i;
            graph.output(name, OnnxType.FLOAT, ops.unfolded(results.get(i)));
        }
        return graph;
    }

    @Override
    public void export(TransformerBlock block, int inputs, Path target) throws IOException {
        ExportedBlock exported = ExportedBlock.of("OnnxExporter", block, inputs);
        write(block, Map.of(target, forward(block, exported.inputs(), names(block))));
    }

    @Override
    public List<String> exportModel(TransformerBlock model, Path target) throws IOException {
        ExportedBlock.of("OnnxExporter", model, required(model).size());
        Map<Path, OnnxGraph> graphs = graphs(model, names(model), target);
        write(model, graphs);
        return graphs.entrySet().stream()
                .map(entry -> entry.getKey().getFileName() + ": " + signature(entry.getValue()))
                .toList();
    }

    private static String signature(OnnxGraph graph) {
        String inputs = graph.inputs().stream()
                .map(input -> input.name() + " "
                        + input.axes().stream()
                                .map(axis -> axis.isEmpty() ? "?" : axis)
                                .collect(Collectors.joining(", ", "(", ")"))
                        + " " + input.type())
                .collect(Collectors.joining(", "));
        return inputs + " -> "
                + graph.outputs().stream().map(OnnxGraph.Output::name).collect(Collectors.joining(", "));
    }

    private void write(TransformerBlock block, Map<Path, OnnxGraph> graphs) throws IOException {
        Map<Path, ReplacedFile.Content> contents = new LinkedHashMap<>();
        graphs.forEach((path, graph) -> {
            OnnxFile file = new OnnxFile(graph, block.name(), Map.of("block", block.name()));
            Path data = file.weightBytes() > largest ? beside(path) : null;
            String location = data == null ? null : data.getFileName().toString();
            contents.put(path, stream -> buffered(stream, file.model(location)::writeTo));
            if (data != null) {
                contents.put(data, stream -> buffered(stream, file::writeWeights));
            }
        });
        ReplacedFile.writeAll(contents);
    }

    private static void buffered(OutputStream stream, ReplacedFile.Content content) throws IOException {
        OutputStream buffered = new BufferedOutputStream(stream, 1 << 16);
        content.write(buffered);
        buffered.flush();
    }
}
