package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the recipes of classifiers have in common.
 *
 * @param head what the checkpoint is for
 * @param corpora of the model's heads, in order
 * @param maxTokens longer texts are cut
 * @param excerptShare the share of texts that are seen in part
 * @param hiddenShare the share of tokens that are hidden
 * @param start what the training begins with
 * @param optimizer AdamW and its learning rate
 * @param maximumTokens of a batch, padding included
 * @param run how long and how it is watched
 */
record ClassifierPlan(
        Head head,
        List<HeadCorpus> corpora,
        int maxTokens,
        double excerptShare,
        double hiddenShare,
        RecipeCheckpoint start,
        Optimization optimizer,
        int maximumTokens,
        TrainingRunConfig run) {
    ClassifierPlan {
        require(maxTokens >= 1, "corpus.maxTokens", "be at least 1", maxTokens);
        require(
                maxTokens <= maximumTokens,
                "corpus.maxTokens",
                "be at most batches.maximumTokens, which is " + maximumTokens,
                maxTokens);
        require(excerptShare >= 0 && excerptShare <= 1, "corpus.excerptShare", "be in [0, 1]", excerptShare);
        require(hiddenShare >= 0 && hiddenShare < 1, "corpus.hiddenShare", "be in [0, 1)", hiddenShare);
    }

    private static void require(boolean holds, String value, String rule, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("Recipe: " + value + " must " + rule + ", got " + actual);
        }
    }

    /** Carries the recipe out that this is of. */
    TrainingResult train(Recipe recipe, Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException {
        List<String> files = new ArrayList<>(start.files(data));
        for (HeadCorpus corpus : corpora) {
            for (String file : List.of(corpus.train(), corpus.validation(), corpus.test())) {
                if (!file.isEmpty() && !files.contains(file)) {
                    files.add(file);
                }
            }
        }
        return new RecipeTraining(recipe, data, output, progress)
                .run(engine, files, optimizer, run, new ClassifierTraining(this, data, progress));
    }
}
