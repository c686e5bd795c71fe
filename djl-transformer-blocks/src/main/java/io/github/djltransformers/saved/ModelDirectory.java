package io.github.djltransformers.saved;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.safetensors.FloatStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A directory with a saved model: {@code config.json}, {@code model.safetensors} and, for text, {@code tokenizer.json}.
 *
 * <p>The file {@code serving.properties} beside them lets DJL itself load the directory, by
 * {@code Criteria.builder().optModelPath(directory)} with a translator factory, on PyTorch where the criteria name no
 * engine.
 */
public final class ModelDirectory {
    public static final String CONFIG = "config.json";
    public static final String WEIGHTS = "model.safetensors";
    public static final String TOKENIZER = "tokenizer.json";
    public static final String SERVING = "serving.properties";

    private static final String SERVING_TEXT =
            "engine=PyTorch\nblockFactory=" + TransformerBlockFactory.class.getName() + "\noption.hasParameter=false\n";

    private ModelDirectory() {}

    /**
     * Saves configuration, weights and {@code serving.properties}.
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
        Files.writeString(directory.resolve(SERVING), SERVING_TEXT);
    }

    /**
     * Builds the block and loads its weights.
     *
     * @param manager the owner of the weights, and whose device they are put on
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException as {@link ModelConfigJson#read} and {@link ModelWeights#load}
     */
    public static TransformerBlock load(Path directory, NDManager manager) throws IOException, MalformedModelException {
        requireFiles(directory);
        TransformerBlock block = newBlock(directory.resolve(CONFIG));
        ModelWeights.load(block, manager, directory.resolve(WEIGHTS));
        return block;
    }

    private static void requireFiles(Path directory) throws IOException {
        List<String> missing = Stream.of(CONFIG, WEIGHTS)
                .filter(name -> Files.notExists(directory.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new IOException(Text.format(
                    "ModelDirectory: a model's directory must have %s and %s, for text also %s, got %s without %s",
                    CONFIG, WEIGHTS, TOKENIZER, directory, missing));
        }
    }

    private static TransformerBlock newBlock(Path file) throws IOException, MalformedModelException {
        ModelConfig config = ModelConfigJson.read(file);
        try {
            return config.newBlock();
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Records check themselves; what they have in common shows in a block alone.
            throw new MalformedModelException(
                    Text.format("ModelDirectory: %s must describe a model, got: %s", file, e.getMessage()), e);
        }
    }

    /**
     * Loads the directory as a DJL model, ready for predictors and trainers.
     *
     * @param name the model's name
     * @param device or null for the engine's default
     * @param engine such as {@code PyTorch}
     * @throws IOException if a file cannot be read
     * @throws MalformedModelException as {@link #load}
     */
    public static Model open(Path directory, String name, Device device, String engine)
            throws IOException, MalformedModelException {
        Model model = PredictionModel.of(name, device, engine);
        try {
            model.setBlock(load(directory, model.getNDManager()));
            // This tells the model its directory, where translators look for the tokenizer.
            model.load(directory, name, Map.of("hasParameter", "false"));
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }
}
