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
 * How a model is trained that tells several things of texts and of their words with one encoder (Chen et al. 2019): with the
 * data, it determines the result, which is a checkpoint in Hugging Face's form.
 *
 * @param task {@value #TASK}
 * @param name of the model, such as {@code en-intents}
 * @param corpus which data
 * @param from the folder of a checkpoint to go on from, absolute or below the data folder, or none; its tokenizer and
 *     configuration are taken, and its weights but for heads that it lacks
 * @param tokenizer the vocabulary; none with {@code from}
 * @param model a {@code config.json} with model_type and architectures of a family with joint classification, without
 *     vocab_size and heads, which are those of the data; none with {@code from}
 * @param optimizer AdamW and its learning rate
 * @param batches what a step sees
 * @param run how long and how it is watched
 */
public record JointRecipe(
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
    static final String TASK = "joint_classification";

    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("from", "", "model", new JsonObject());

    /** Checks the parts against each other. */
    public JointRecipe {
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
                Head.JOINT_CLASSIFICATION,
                corpus.heads(),
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
            throw new IllegalArgumentException("JointRecipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /**
     * What is learnt of which files. Texts with the same words, which several heads' files may have, are one.
     *
     * @param heads one at least, each of a name of its own
     * @param maxTokens longer texts are cut
     * @param hiddenShare the share of tokens that an epoch hides, so that their neighbours tell; none where it is left out
     */
    public record Corpus(List<HeadCorpus> heads, int maxTokens, double hiddenShare) {
        static final Map<String, Object> DEFAULTS = Map.of("hiddenShare", 0.0);

        public Corpus {
            heads = List.copyOf(heads);
            List<String> names = heads.stream().map(HeadCorpus::name).toList();
            require(
                    !names.isEmpty()
                            && names.stream().distinct().count() == names.size()
                            && names.stream().allMatch(name -> name.matches("\\w+")),
                    "corpus.heads",
                    "have names of letters, digits and underscores, each its own",
                    names);
        }
    }
}
