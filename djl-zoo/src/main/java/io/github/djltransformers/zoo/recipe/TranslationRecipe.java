package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import io.github.djltransformers.model.RecordJson;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.run.TrainingRunConfig;
import io.github.djltransformers.stack.TransformerConfig;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How a translation model is trained: with the data, it determines the result.
 *
 * @param name of the model, such as {@code en-de}
 * @param corpus which data
 * @param tokenizer the shared vocabulary
 * @param model the network
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record TranslationRecipe(
        String name,
        Corpus corpus,
        Vocabulary tokenizer,
        Network model,
        Optimization optimizer,
        Batching batches,
        TrainingRunConfig run) {
    /**
     * Two-column TSV files below the data folder, plain or gzipped.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param reversed whether the second column is the source
     * @param maxTokens pairs with a longer side are left out
     */
    public record Corpus(String train, String validation, boolean reversed, int maxTokens) {}

    /**
     * A byte-level byte-pair encoding shared by both languages.
     *
     * @param vocabularySize V at most
     * @param minimumFrequency of a pair worth merging
     */
    public record Vocabulary(int vocabularySize, int minimumFrequency) {}

    /** {@link TransformerConfig} without the vocabulary, which the tokenizer decides. */
    public record Network(
            LayerShape layer,
            int encoderLayers,
            int decoderLayers,
            int maxLength,
            PositionKind positions,
            boolean finalNorm) {
        TransformerConfig withVocabulary(int size) {
            return new TransformerConfig(
                    layer.config(), encoderLayers, decoderLayers, size, maxLength, positions, finalNorm);
        }
    }

    /**
     * AdamW and a learning rate that rises linearly, then falls to zero along a half cosine.
     *
     * @param learningRate its peak
     * @param warmUpSteps steps to the peak
     * @param weightDecay decoupled, not for biases and norms
     * @param labelSmoothing of the cross-entropy
     */
    public record Optimization(
            double learningRate,
            int warmUpSteps,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double labelSmoothing) {}

    /**
     * @param maximumTokens of the longer side of a batch, padding included
     */
    public record Batching(int maximumTokens) {}

    /**
     * Reads a recipe.
     *
     * @throws IOException if the file can't be read
     * @throws MalformedModelException if a key is unknown, missing or has another type, naming it
     */
    public static TranslationRecipe read(Path file) throws IOException, MalformedModelException {
        return RecordJson.readFile("TranslationRecipe", file, TranslationRecipe.class);
    }
}
