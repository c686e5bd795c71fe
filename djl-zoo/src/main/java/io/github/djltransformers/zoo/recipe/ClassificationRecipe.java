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
 * How a model is trained that tells classes of texts: with the data, it determines the result, which is a checkpoint in Hugging
 * Face's form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code language-id}
 * @param corpus which data
 * @param from the folder of a checkpoint to go on from, absolute or below the data folder, or none; its tokenizer and
 *     configuration are taken, and its weights but for heads that it lacks
 * @param tokenizer the vocabulary; none with {@code from}
 * @param model a {@code config.json} with model_type and architectures of a family with sequence classification, without
 *     vocab_size and without labels, which are those of the data; its vector of a text must need no special token, as the mean; none with {@code from}
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record ClassificationRecipe(
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
    static final String TASK = "text_classification";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("from", "", "model", new JsonObject());

    /** Checks the parts against each other. */
    public ClassificationRecipe {
        require(task.equals(TASK), "task", "be " + TASK, task);
        require(!name.isBlank(), "name", "be given", "a blank one");
        model = model.deepCopy();
        plan(corpus, new RecipeCheckpoint(from, tokenizer, model), optimizer, batches, run); // checks them
    }

    private static ClassifierPlan plan(
            Corpus corpus, RecipeCheckpoint start, Optimization optimizer, Batching batches, TrainingRunConfig run) {
        return new ClassifierPlan(
                Head.SEQUENCE_CLASSIFICATION,
                List.of(corpus.head()),
                corpus.maxTokens(),
                corpus.excerptShare(),
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
            throw new IllegalArgumentException("ClassificationRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /** How many classes a text has. */
    public enum ClassesOfText {
        /** One. */
        ONE,
        /** Any number, in a file with commas between. */
        SEVERAL
    }

    /**
     * TSV files below the data folder, plain or gzipped.
     *
     * @param train file to learn from
     * @param validation file to judge by
     * @param test file that the finished model is judged by; none where it is left out
     * @param labelColumn the column of the class, from 0
     * @param textColumn the column of the text, from 0
     * @param classes how many a text has; one where it is left out
     * @param maxTokens longer texts are cut
     * @param excerptShare the share of the texts of which an epoch sees only a random run of tokens, so that short texts are told
     *     too; none where it is left out
     * @param hiddenShare the share of tokens that an epoch hides, so that their neighbours tell; none where it is left out
     */
    public record Corpus(
            String train,
            String validation,
            String test,
            int labelColumn,
            int textColumn,
            ClassesOfText classes,
            int maxTokens,
            double excerptShare,
            double hiddenShare) {
        static final Map<String, Object> DEFAULTS =
                Map.of("test", "", "classes", ClassesOfText.ONE, "excerptShare", 0.0, "hiddenShare", 0.0);

        public Corpus {
            corpus(train, validation, test, labelColumn, textColumn, classes); // checks itself
        }

        private static HeadCorpus corpus(
                String train, String validation, String test, int labelColumn, int textColumn, ClassesOfText classes) {
            HeadCorpus.Form form = classes == ClassesOfText.ONE ? HeadCorpus.Form.CLASS : HeadCorpus.Form.CLASSES;
            return new HeadCorpus("", form, train, validation, test, textColumn, labelColumn);
        }

        HeadCorpus head() {
            return corpus(train, validation, test, labelColumn, textColumn, classes);
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
