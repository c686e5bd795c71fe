package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import io.github.djltransformers.Text;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.ShardedTensors;
import io.github.djltransformers.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the weights of a checkpoint among the files of its directory. */
final class CheckpointFiles {
    static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = WEIGHTS + ".index.json";
    private static final List<String> PICKLES =
            List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt");
    private static final List<String> OTHERS = List.of("tf_model.h5", "flax_model.msgpack", "model.ckpt.index");

    private CheckpointFiles() {}

    /**
     * Opens the weights: one file, or those of an index.
     *
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException if it is no safetensors file, or there are only files of other forms
     */
    static TensorSource open(Path directory) throws IOException, MalformedModelException {
        Path index = directory.resolve(INDEX);
        Path weights = directory.resolve(WEIGHTS);
        if (!Files.exists(weights)) {
            if (Files.exists(index)) {
                return ShardedTensors.open(index);
            }
            refuse(directory, PICKLES, "a pickle that runs code of its own when it is read");
            refuse(directory, OTHERS, "of another framework");
        }
        return SafeTensorsFile.open(weights);
    }

    private static void refuse(Path directory, List<String> names, String reason) throws MalformedModelException {
        for (String name : names) {
            if (Files.exists(directory.resolve(name))) {
                throw new MalformedModelException(Text.format(
                        "Checkpoint: weights in %s must be %s, got %s, %s; convert them"
                                + " where they come from, with save_pretrained(..., safe_serialization=True)",
                        directory, WEIGHTS, name, reason));
            }
        }
    }
}
