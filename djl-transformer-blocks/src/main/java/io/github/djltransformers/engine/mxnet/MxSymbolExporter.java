package io.github.djltransformers.engine.mxnet;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.export.ExportedBlock;
import io.github.djltransformers.export.Exporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exports MXNet symbols: for a target {@code model} the graph {@code model-symbol.json} and its parameters
 * {@code model-0000.params}, which DJL's MXNet engine and MXNet's {@code SymbolBlock.imports} open. Inputs are named as
 * {@link TransformerBlock#inputs}, and stand in that order; parameters as
 * {@link io.github.djltransformers.block.ParameterNames}.
 */
public final class MxSymbolExporter implements Exporter {
    /** Makes the exporter; {@link java.util.ServiceLoader} calls this. */
    public MxSymbolExporter() {}

    @Override
    public String format() {
        return "mxnet";
    }

    @Override
    public List<Path> files(TransformerBlock block, Path target) {
        return List.of(
                target.resolveSibling(target.getFileName() + "-symbol.json"),
                target.resolveSibling(target.getFileName() + "-0000.params"));
    }

    @Override
    public void export(TransformerBlock block, int inputs, Path target) throws IOException {
        ExportedBlock exported = ExportedBlock.of("MxSymbolExporter", block, inputs);
        MxSymbolOps ops = new MxSymbolOps();
        List<MxValue> values =
                exported.inputs().stream().map(name -> ops.graph().input()).toList();
        MxProgramSource source = ops.source(block.apply(ops, values));
        String graph = named(source, exported);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        exported.arrays().forEach((name, array) -> arrays.put("arg:" + name, array));

        List<Path> files = files(block, target);
        Map<Path, ReplacedFile.Content> contents = new LinkedHashMap<>();
        contents.put(files.get(0), stream -> stream.write(graph.getBytes(StandardCharsets.UTF_8)));
        contents.put(files.get(1), stream -> MxArrayFile.write(stream, arrays));
        ReplacedFile.writeAll(contents);
    }

    /** The graph with the names of the block. */
    private static String named(MxProgramSource source, ExportedBlock exported) {
        Map<Parameter, String> parameters = new IdentityHashMap<>();
        exported.parameters().forEach((name, parameter) -> parameters.put(parameter, name));
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < source.parameters().size(); i++) {
            names.put("w" + i, parameters.get(source.parameters().get(i)));
        }
        for (int i = 0; i < source.inputs(); i++) {
            names.put("x" + i, exported.inputs().get(i));
        }
        JsonObject graph = JsonParser.parseString(source.json()).getAsJsonObject();
        JsonArray nodes = graph.getAsJsonArray("nodes");
        for (int i = 0; i < nodes.size(); i++) {
            JsonObject node = nodes.get(i).getAsJsonObject();
            String name = node.get("name").getAsString();
            if (names.containsKey(name)) {
                node.addProperty("name", names.get(name));
            }
            if (i > 0 && i < source.inputs()) {
                // Readers take inputs in the order in which a walk from the output meets them: this one after the last.
                JsonArray before = new JsonArray();
                before.add(i - 1);
                node.add("control_deps", before);
            }
        }
        return graph.toString();
    }
}
