package io.github.djltransformers.export;

import io.github.djltransformers.block.TransformerBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Writes blocks, weights included, as files that an engine opens without this library. Found by {@code META-INF/services};
 * no engine has to be there but the one that holds the weights.
 *
 * <p>All sizes of inputs but those that parameters fix stay dynamic.
 */
public interface Exporter {
    /** What callers ask for, in lower case, such as {@code torchscript}. */
    String format();

    /**
     * Exports a block's forward outside training. Values of the parameters are read one after another, so that no more than
     * one is held twice.
     *
     * @param block an initialised block with FLOAT32 parameters
     * @param inputs how many of {@link TransformerBlock#inputs} the exported program takes, from the first
     * @param target the file, or what the names of several begin with; existing files are replaced
     * @throws IOException if a file cannot be written; none is left behind half written
     * @throws IllegalArgumentException if the block has no such number of inputs or a parameter has another type
     * @throws IllegalStateException if a parameter is not initialised
     */
    void export(TransformerBlock block, int inputs, Path target) throws IOException;

    /**
     * Exports a model as those run it who have not this library; the same as {@link #export} with the inputs that must be given, where a
     * format has nothing else.
     *
     * @param target the file, or what the names of several begin with; existing files are replaced
     * @return what each program takes and gives, a line each; empty where it is the model's own forward
     * @throws IOException as {@link #export}
     */
    default List<String> exportModel(TransformerBlock model, Path target) throws IOException {
        long required =
                model.inputs().stream().filter(input -> !input.endsWith("?")).count();
        export(model, (int) required, target);
        return List.of();
    }

    /** The files that {@link #exportModel} writes of a block for a target. */
    List<Path> files(TransformerBlock block, Path target);

    /** All exporters on the class path. */
    static List<Exporter> all() {
        return ServiceLoader.load(Exporter.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
