package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a model is trained that tells classes of texts: with the data, it determines the result, which is a checkpoint in Hugging
 * Face's form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code language-id}
 * @param corpus which data
 * @param tokenizer the vocabulary
 * @param model a {@code config.json} with model_type and architectures of a family with sequence classification, without
 *     vocab_size and without labels, which are those of the data; its vector of a text must need no special token, as the mean
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record ClassificationRecipe(
        String task,
        String name,
        Corpus corpus,
        Vocabulary tokenizer,
        JsonObject model,
        Optimization optimizer,
        Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "text_classification";

    /** Checks the parts against each other. */
    public ClassificationRecipe {
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
                        new ClassificationTraining(this, data, progress));
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("ClassificationRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * TSV files below the data folder, plain or gzipped.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param labelColumn the column of the class, from 0
     * @param textColumn the column of the text, from 0
     * @param maxTokens longer texts are cut
     * @param excerptShare the share of the texts of which an epoch sees only a random run of tokens, so that short texts are told
     *     too; none where it is left out
     */
    public record Corpus(
            String train, String validation, int labelColumn, int textColumn, int maxTokens, double excerptShare) {
        static final Map<String, Object> DEFAULTS = Map.of("excerptShare", 0.0);

        public Corpus {
            require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
            require(
                    labelColumn >= 0 && textColumn >= 0 && labelColumn != textColumn,
                    "labelColumn and textColumn",
                    "be two columns, from 0",
                    labelColumn + " and " + textColumn);
            require(maxTokens >= 1, "maxTokens", "be at least 1", maxTokens);
            require(excerptShare >= 0 && excerptShare <= 1, "excerptShare", "be in [0, 1]", excerptShare);
        }
    }

    /**
     * @param maximumTokens of a batch, padding included
     */
    public record Batching(int maximumTokens) {
        public Batching {
            require(maximumTokens >= 1, "maximumTokens", "be at least 1", maximumTokens);
        }
    }
}
