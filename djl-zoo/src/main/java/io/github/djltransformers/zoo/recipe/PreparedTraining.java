package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.run.BatchSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a task makes of a recipe and its data.
 *
 * @param block without weights
 * @param weights gives it those that it begins with; the others are drawn at random
 * @param batches to learn from
 * @param loss a mean over the label tokens of a batch
 * @param validation judges
 * @param test judges the finished model, or null
 * @param inputShapes examples of the block's inputs
 * @param form writes the finished model
 */
record PreparedTraining(
        TransformerBlock block,
        Weights weights,
        BatchSource batches,
        Loss loss,
        BlockValidation validation,
        BlockValidation test,
        List<Shape> inputShapes,
        Form form) {
    /** What a block begins with. */
    interface Weights {
        /** Draws nothing but what nobody gave. */
        Weights RANDOM = (block, manager) -> {};

        /** Gives a block weights. */
        void load(TransformerBlock block, NDManager manager) throws IOException, MalformedModelException;
    }

    /** How a finished model is written. */
    interface Form {
        /** Writes the block into a folder that has its tokenizer. */
        void save(Path folder, TransformerBlock block) throws IOException, MalformedModelException;

        /** Reads what {@link #save} wrote. */
        TransformerBlock load(Path folder, NDManager manager) throws IOException, MalformedModelException;
    }
}
