package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a model is trained that tells a tag for each word: with the data, it determines the result, which is a checkpoint in Hugging
 * Face's form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code en-pos}
 * @param corpus which data
 * @param tokenizer the vocabulary
 * @param model a {@code config.json} with model_type and architectures of a family with token classification, without
 *     vocab_size and without labels, which are those of the data
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record TaggingRecipe(
        String task,
        String name,
        Corpus corpus,
        Vocabulary tokenizer,
        JsonObject model,
        Optimization optimizer,
        ClassificationRecipe.Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "token_classification";

    /** Checks the parts against each other. */
    public TaggingRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        require(!model.has("vocab_size"), "model", "leave out vocab_size, which the tokenizer decides", model);
        require(!model.has("id2label"), "model", "leave out id2label, which the data decide", model);
        require(
                corpus.maxTokens() <= batches.maximumTokens(),
                "corpus.maxTokens",
                "be at most batches.maximumTokens, which is " + batches.maximumTokens(),
                corpus.maxTokens());
        model = model.deepCopy();
    }

    @Override
    public JsonObject model() {
        return model.deepCopy();
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
                        new TaggingTraining(this, data, progress));
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("TaggingRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * Files below the data folder, plain or gzipped, with a word a line, tabs between columns, and an empty line behind each
     * sentence, as CoNLL-U and IOB2 have.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param wordColumn the column of the word, from 0
     * @param tagColumn the column of the tag, from 0
     * @param maxTokens sentences are cut behind so many
     */
    public record Corpus(String train, String validation, int wordColumn, int tagColumn, int maxTokens) {
        public Corpus {
            require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
            require(
                    wordColumn >= 0 && tagColumn >= 0 && wordColumn != tagColumn,
                    "wordColumn and tagColumn",
                    "be two columns, from 0",
                    wordColumn + " and " + tagColumn);
            require(maxTokens >= 1, "maxTokens", "be at least 1", maxTokens);
        }
    }
}
