package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import io.github.djltransformers.layer.LayerShape;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a translation model is trained: with the data, it determines the result.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code en-de}
 * @param corpus which data
 * @param tokenizer the shared vocabulary
 * @param model the network
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record TranslationRecipe(
        String task,
        String name,
        Corpus corpus,
        Vocabulary tokenizer,
        Network model,
        Optimization optimizer,
        Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "machine_translation";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("task", TASK);

    /** The tokens of single bytes and the special ones. */
    private static final int SMALLEST = 256 + SpecialToken.values().length;

    /** Checks the parts against each other. */
    public TranslationRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        require(
                corpus.maxTokens() <= model.maxLength(),
                "corpus.maxTokens",
                "be at most model.maxLength, which is " + model.maxLength(),
                corpus.maxTokens());
        require(
                corpus.maxTokens() <= batches.maximumTokens(),
                "corpus.maxTokens",
                "be at most batches.maximumTokens, which is " + batches.maximumTokens(),
                corpus.maxTokens());
        require(
                optimizer.warmUpSteps() <= run.steps(),
                "optimizer.warmUpSteps",
                "be at most run.steps, which is " + run.steps(),
                optimizer.warmUpSteps());
        model.withVocabulary(tokenizer.vocabularySize()); // checks itself
    }

    @Override
    public TrainingResult train(Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException {
        return new TranslationTraining(this, data, output, progress).run(engine);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("TranslationRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * Two-column TSV files below the data folder, plain or gzipped.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param reversed whether the second column is the source
     * @param maxTokens pairs with a longer side are left out
     */
    public record Corpus(String train, String validation, boolean reversed, int maxTokens) {
        public Corpus {
            require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
            require(maxTokens >= 2, "maxTokens", "be at least 2", maxTokens);
        }
    }

    /**
     * A byte-level byte-pair encoding shared by both languages.
     *
     * @param vocabularySize V at most
     * @param minimumFrequency of a pair worth merging
     */
    public record Vocabulary(int vocabularySize, int minimumFrequency) {
        public Vocabulary {
            require(vocabularySize >= SMALLEST, "vocabularySize", "be at least " + SMALLEST, vocabularySize);
            require(minimumFrequency >= 1, "minimumFrequency", "be at least 1", minimumFrequency);
        }
    }

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
            double labelSmoothing) {
        public Optimization {
            require(learningRate > 0 && learningRate <= 1, "learningRate", "be above 0 and at most 1", learningRate);
            require(warmUpSteps >= 0, "warmUpSteps", "be at least 0", warmUpSteps);
            require(beta1 >= 0 && beta1 < 1, "beta1", "be in [0, 1)", beta1);
            require(beta2 >= 0 && beta2 < 1, "beta2", "be in [0, 1)", beta2);
            require(epsilon > 0, "epsilon", "be positive", epsilon);
            require(weightDecay >= 0, "weightDecay", "be at least 0", weightDecay);
            require(labelSmoothing >= 0 && labelSmoothing < 1, "labelSmoothing", "be in [0, 1)", labelSmoothing);
        }
    }

    /**
     * @param maximumTokens of the longer side of a batch, padding included
     */
    public record Batching(int maximumTokens) {
        public Batching {
            require(maximumTokens >= 1, "maximumTokens", "be at least 1", maximumTokens);
        }
    }
}
