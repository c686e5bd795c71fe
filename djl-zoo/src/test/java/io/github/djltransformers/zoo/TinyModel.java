package io.github.djltransformers.zoo;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.text.tokenizer.BpeAlphabet;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small model with random weights and a tokenizer of whole bytes and a few pairs. */
public final class TinyModel {
    private static final int VOCABULARY = 270;

    public static final ModelConfig CONFIG = new ModelConfig.EncoderDecoder(
            new TransformerConfig(LayerConfig.of(8, 2, 16), 1, 1, VOCABULARY, 32, PositionKind.SINUSOIDAL, false));

    private TinyModel() {}

    /**
     * Saves a new model.
     *
     * @return what it answers to {@link #inputs}
     */
    public static float[] save(Path directory) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerBlock block = CONFIG.newBlock();
            block.initialize(manager, DataType.FLOAT32);
            ModelDirectory.save(directory, CONFIG, block, FloatStorage.FLOAT32);
            BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(VOCABULARY, 1, BpeAlphabet.BYTE_LEVEL));
            trainer.add("the cat sat on the mat while it rained");
            trainer.train().save(directory.resolve(ModelDirectory.TOKENIZER));
            Files.writeString(directory.resolve("README.md"), "# Tiny\n");
            return block.forward(new ParameterStore(manager, true), inputs(manager), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    public static NDList inputs(NDManager manager) {
        NDArray source = manager.create(new long[] {1, 2, 3}, new Shape(1, 3));
        NDArray keep = manager.ones(new Shape(1, 1, 1, 3)).toType(DataType.BOOLEAN, false);
        NDArray target = manager.create(new long[] {4, 5}, new Shape(1, 2));
        return new NDList(source, keep, target);
    }

    public static ModelDescription description(String version) {
        return new ModelDescription(
                "en-de",
                version,
                "nlp/machine_translation",
                Map.of("source_language", "en", "target_language", "de"),
                "CC0-1.0",
                "English to German",
                List.of(new ModelScore("BLEU", 1.5, "none", "n:1")));
    }
}
