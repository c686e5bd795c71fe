package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.CheckpointWriter;
import io.github.djltransformers.safetensors.FloatStorage;
import java.io.IOException;
import java.nio.file.Path;

/** A finished model as a checkpoint of Hugging Face's form. */
record CheckpointForm(CheckpointConfig config) implements PreparedTraining.Form {
    @Override
    public void save(Path folder, TransformerBlock block) throws IOException, MalformedModelException {
        CheckpointWriter.write(folder, block, config, FloatStorage.FLOAT16);
    }

    @Override
    public TransformerBlock load(Path folder, NDManager manager) throws IOException, MalformedModelException {
        return Checkpoint.load(folder, manager);
    }
}
