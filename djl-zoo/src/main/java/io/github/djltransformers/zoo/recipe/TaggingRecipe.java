package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a model is trained that tells a tag for each word: with the data, it determines the result, which is a checkpoint in Hugging
 * Face's form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code en-pos}
 * @param corpus which data
 * @param from the folder of a checkpoint to go on from, absolute or below the data folder, or none; its tokenizer and
 *     configuration are taken, and its weights but for heads that it lacks
 * @param tokenizer the vocabulary; none with {@code from}
 * @param model a {@code config.json} with model_type and architectures of a family with token classification, without
 *     vocab_size and without labels, which are those of the data; none with {@code from}
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record TaggingRecipe(
        String task,
        String name,
        Corpus corpus,
        String from,
        Vocabulary tokenizer,
        JsonObject model,
        Optimization optimizer,
        ClassificationRecipe.Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "token_classification";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("from", "", "model", new JsonObject());

    /** Checks the parts against each other. */
    public TaggingRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        model = model.deepCopy();
        plan(corpus, new RecipeCheckpoint(from, tokenizer, model), optimizer, batches, run); // checks them
    }

    private static ClassifierPlan plan(
            Corpus corpus,
            RecipeCheckpoint start,
            Optimization optimizer,
            ClassificationRecipe.Batching batches,
            TrainingRunConfig run) {
        return new ClassifierPlan(
                Head.TOKEN_CLASSIFICATION,
                List.of(corpus.head()),
                corpus.maxTokens(),
                0,
                corpus.hiddenShare(),
                start,
                optimizer,
                batches.maximumTokens(),
                run);
    }

    @Override
    public JsonObject model() {
        return model.deepCopy();
    }

    @Override
    public TrainingResult train(Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException {
        return plan(corpus, new RecipeCheckpoint(from, tokenizer, model), optimizer, batches, run)
                .train(this, data, output, progress, engine);
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
     * @param test file that the finished model is judged by; none where it is left out
     * @param wordColumn the column of the word, from 0
     * @param tagColumn the column of the tag, from 0
     * @param maxTokens sentences are cut behind so many
     * @param hiddenShare the share of tokens that an epoch hides, so that their neighbours tell; none where it is left out
     */
    public record Corpus(
            String train,
            String validation,
            String test,
            int wordColumn,
            int tagColumn,
            int maxTokens,
            double hiddenShare) {
        static final Map<String, Object> DEFAULTS = Map.of("test", "", "hiddenShare", 0.0);

        public Corpus {
            corpus(train, validation, test, wordColumn, tagColumn); // checks itself
        }

        private static HeadCorpus corpus(String train, String validation, String test, int wordColumn, int tagColumn) {
            return new HeadCorpus("", HeadCorpus.Form.TAGGED_WORDS, train, validation, test, wordColumn, tagColumn);
        }

        HeadCorpus head() {
            return corpus(train, validation, test, wordColumn, tagColumn);
        }
    }
}
