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
     * @param target as {@link #files} takes it; existing files are replaced
     * @throws IOException if a file cannot be written; none is left behind half written
     * @throws IllegalArgumentException if the block has no such number of inputs or a parameter has another type
     * @throws IllegalStateException if a parameter is not initialised
     */
    void export(TransformerBlock block, int inputs, Path target) throws IOException;

    /** The files that {@link #export} writes of a block for a target. */
    List<Path> files(TransformerBlock block, Path target);

    /** All exporters on the class path. */
    static List<Exporter> all() {
        return ServiceLoader.load(Exporter.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
