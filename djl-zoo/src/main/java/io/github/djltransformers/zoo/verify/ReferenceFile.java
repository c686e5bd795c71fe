package io.github.djltransformers.zoo.verify;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.Text;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The inputs and outputs of a reference implementation, in cases that differ by the prefix of their names. */
final class ReferenceFile implements Closeable {
    /** The name of the file. */
    static final String NAME = "io.safetensors";

    private static final String INPUT = "input_ids";
    private static final String GENERATION = "gen.";

    private final SafeTensorsFile file;

    ReferenceFile(Path directory) throws IOException, MalformedModelException {
        file = SafeTensorsFile.open(directory.resolve(NAME));
        if (!file.names().contains(INPUT)) {
            file.close();
            throw new MalformedModelException(Text.format(
                    "ReferenceFile: %s must have a tensor '%s', got %s", directory.resolve(NAME), INPUT, file.names()));
        }
    }

    /** The prefixes of the cases, the main one's being empty and first. */
    List<String> cases() {
        return file.names().stream()
                .filter(name -> name.endsWith(INPUT) && !name.endsWith("decoder_" + INPUT))
                .map(name -> name.substring(0, name.length() - INPUT.length()))
                .filter(prefix -> !prefix.startsWith(GENERATION))
                .sorted()
                .toList();
    }

    /** The names, without the prefix, of the tensors of a case. */
    Set<String> names(String prefix) {
        Set<String> names = new TreeSet<>();
        for (String name : file.names()) {
            boolean own = prefix.isEmpty()
                    ? cases().stream().noneMatch(other -> !other.isEmpty() && name.startsWith(other))
                            && !name.startsWith(GENERATION)
                    : name.startsWith(prefix);
            if (own) {
                names.add(name.substring(prefix.length()));
            }
        }
        return names;
    }

    boolean has(String name) {
        return file.names().contains(name);
    }

    /** A tensor, or null where there is none of this name. */
    NDArray read(NDManager manager, String name) throws IOException, MalformedModelException {
        return has(name) ? file.read(manager, name) : null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
