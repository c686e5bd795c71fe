package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.saved.ModelConfig;
import io.github.djltransformers.saved.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** A finished encoder-decoder model as a {@link ModelDirectory}. */
record OwnForm(TransformerConfig config) implements PreparedTraining.Form {
    @Override
    public void save(Path folder, TransformerBlock block) throws IOException, MalformedModelException {
        ModelDirectory.save(folder, new ModelConfig.EncoderDecoder(config), block, FloatStorage.FLOAT16);
    }

    @Override
    public TransformerBlock load(Path folder, NDManager manager) throws IOException, MalformedModelException {
        return ModelDirectory.load(folder, manager);
    }
}
