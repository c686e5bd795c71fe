package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a language model is trained on a text: with the data, it determines the result, which is a checkpoint in Hugging Face's
 * form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code tiny-gpt}
 * @param corpus which data
 * @param from the folder of a checkpoint to go on from, absolute or below the data folder, or none; its tokenizer and
 *     configuration are taken, and its weights but for heads that it lacks
 * @param tokenizer the vocabulary; none with {@code from}
 * @param model a {@code config.json} with model_type and architectures of a decoder-only family, without vocab_size; none with
 *     {@code from}
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record LanguageModelRecipe(
        String task,
        String name,
        Corpus corpus,
        String from,
        Vocabulary tokenizer,
        JsonObject model,
        Optimization optimizer,
        Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "language_model";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("from", "", "model", new JsonObject());

    /** Checks the parts against each other. */
    public LanguageModelRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        require(
                optimizer.warmUpSteps() <= run.steps(),
                "optimizer.warmUpSteps",
                "be at most run.steps, which is " + run.steps(),
                optimizer.warmUpSteps());
        model = model.deepCopy();
        new RecipeCheckpoint(from, tokenizer, model); // checks them
    }

    /** What the training begins with. */
    RecipeCheckpoint start() {
        return new RecipeCheckpoint(from, tokenizer, model);
    }

    @Override
    public JsonObject model() {
        return model.deepCopy();
    }

    @Override
    public TrainingResult train(Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException {
        List<String> files = new ArrayList<>(start().files(data));
        files.add(corpus.text());
        return new RecipeTraining(this, data, output, progress)
                .run(engine, files, optimizer, run, new LanguageModelTraining(this, data, progress));
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("LanguageModelRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * A text below the data folder, plain or gzipped.
     *
     * @param text the file
     * @param validationShare the part at its end that is held out to judge by
     */
    public record Corpus(String text, double validationShare) {
        public Corpus {
            require(!text.isBlank(), "corpus.text", "name a file", "a blank name");
            require(
                    validationShare > 0 && validationShare < 1,
                    "corpus.validationShare",
                    "be above 0 and below 1",
                    validationShare);
        }
    }

    /**
     * @param rows of a batch, each from a place of its own
     * @param tokens of a row
     */
    public record Batching(int rows, int tokens) {
        public Batching {
            require(rows >= 1 && tokens >= 1, "batches", "have at least a row and a token", rows + " and " + tokens);
        }
    }
}
