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
 * How a model is trained whose vectors of two texts are near each other where the texts belong together, such as translations:
 * with the data, it determines the result, which is a checkpoint in the form of sentence-transformers, with the mean of a text's
 * tokens, divided by its length.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code en-de-sentences}
 * @param corpus which data
 * @param from the folder of a checkpoint to go on from, absolute or below the data folder, or none; its tokenizer and
 *     configuration are taken, and the weights below its heads
 * @param tokenizer the vocabulary, of both sides; none with {@code from}
 * @param model a {@code config.json} with model_type and architectures of a base model of an encoder's family, without
 *     vocab_size; none with {@code from}
 * @param temperature by which similarities are divided
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record SentencePairRecipe(
        String task,
        String name,
        Corpus corpus,
        String from,
        Vocabulary tokenizer,
        JsonObject model,
        double temperature,
        Optimization optimizer,
        Batching batches,
        TrainingRunConfig run)
        implements Recipe {
    static final String TASK = "sentence_pairs";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("from", "", "model", new JsonObject());

    /** Checks the parts against each other. */
    public SentencePairRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        require(temperature > 0, "temperature", "be positive", temperature);
        model = model.deepCopy();
        new RecipeCheckpoint(from, tokenizer, model); // checks them
    }

    @Override
    public JsonObject model() {
        return model.deepCopy();
    }

    /** What the training begins with. */
    RecipeCheckpoint start() {
        return new RecipeCheckpoint(from, tokenizer, model);
    }

    @Override
    public TrainingResult train(Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException {
        List<String> files = new ArrayList<>(start().files(data));
        files.add(corpus.train());
        files.add(corpus.validation());
        if (!corpus.test().isEmpty()) {
            files.add(corpus.test());
        }
        return new RecipeTraining(this, data, output, progress)
                .run(engine, files, optimizer, run, new SentencePairTraining(this, data, progress));
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("SentencePairRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * Two-column TSV files below the data folder, plain or gzipped.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param test file that the finished model is judged by; none where it is left out
     * @param maxTokens longer texts are cut
     * @param candidates how many texts there are to find a translation among: the first so many of a file, no text twice
     */
    public record Corpus(String train, String validation, String test, int maxTokens, int candidates) {
        static final Map<String, Object> DEFAULTS = Map.of("test", "");

        public Corpus {
            require(!train.isBlank() && !validation.isBlank(), "train and validation", "name files", "a blank name");
            require(maxTokens >= 1, "maxTokens", "be at least 1", maxTokens);
            require(candidates >= 1, "candidates", "be at least 1", candidates);
        }
    }

    /**
     * @param pairs of a batch, of which each one's text is told from all others'
     */
    public record Batching(int pairs) {
        public Batching {
            require(pairs >= 2, "pairs", "be at least 2", pairs);
        }
    }
}
