package io.github.djltransformers.model;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.safetensors.FloatStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory with a saved model: {@code config.json}, {@code model.safetensors} and, for text, {@code tokenizer.json}. */
public final class ModelDirectory {
    public static final String CONFIG = "config.json";
    public static final String WEIGHTS = "model.safetensors";
    public static final String TOKENIZER = "tokenizer.json";

    private ModelDirectory() {}

    /**
     * Saves configuration and weights.
     *
     * @param directory made if it does not exist
     * @param config describes the block
     * @param block an initialised block
     * @throws IOException if a file cannot be written
     */
    public static void save(Path directory, ModelConfig config, Block block, FloatStorage storage) throws IOException {
        Files.createDirectories(directory);
        ModelWeights.save(block, directory.resolve(WEIGHTS), storage);
        ModelConfigJson.write(config, directory.resolve(CONFIG));
    }

    /**
     * Builds the block and loads its weights.
     *
     * @param manager the owner of the weights, and whose device they are put on
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException as {@link ModelConfigJson#read} and {@link ModelWeights#load}
     */
    public static TransformerBlock load(Path directory, NDManager manager) throws IOException, MalformedModelException {
        TransformerBlock block = ModelConfigJson.read(directory.resolve(CONFIG)).newBlock();
        ModelWeights.load(block, manager, directory.resolve(WEIGHTS));
        return block;
    }
}
