package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import io.github.djltransformers.layer.LayerShape;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import io.github.djltransformers.text.data.SentencePair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
        return new RecipeTraining(this, data, output, progress)
                .run(
                        engine,
                        List.of(corpus.train(), corpus.validation()),
                        optimizer,
                        run,
                        new TranslationTraining(this, data, progress));
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
     * @param vocabularyOf the side whose pairs of characters the vocabulary joins; both where it is left out. What the other side
     *     alone has is read character by character, such as words whose pronunciation is written.
     */
    public record Corpus(String train, String validation, boolean reversed, int maxTokens, Side vocabularyOf) {
        static final Map<String, Object> DEFAULTS = Map.of("vocabularyOf", Side.BOTH);

        /** A side of sentence pairs, as they are trained on. */
        public enum Side {
            BOTH,
            SOURCE,
            TARGET;

            Stream<String> of(SentencePair pair) {
                return switch (this) {
                    case BOTH -> Stream.of(pair.source(), pair.target());
                    case SOURCE -> Stream.of(pair.source());
                    case TARGET -> Stream.of(pair.target());
                };
            }
        }

        public Corpus {
            require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
            require(maxTokens >= 2, "maxTokens", "be at least 2", maxTokens);
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
     * @param maximumTokens of the longer side of a batch, padding included
     */
    public record Batching(int maximumTokens) {
        public Batching {
            require(maximumTokens >= 1, "maximumTokens", "be at least 1", maximumTokens);
        }
    }
}
