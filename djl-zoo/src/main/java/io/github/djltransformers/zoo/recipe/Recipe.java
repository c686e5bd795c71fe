package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.saved.RecordJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** How a model of some task is trained: with the data, it determines the result. Implementations are records. */
public interface Recipe {
    /** The records that a recipe's task stands for. */
    Map<String, Class<? extends Record>> KINDS = Map.of(
            ClassificationRecipe.TASK,
            ClassificationRecipe.class,
            JointRecipe.TASK,
            JointRecipe.class,
            LanguageModelRecipe.TASK,
            LanguageModelRecipe.class,
            SentencePairRecipe.TASK,
            SentencePairRecipe.class,
            TaggingRecipe.TASK,
            TaggingRecipe.class,
            TranslationRecipe.TASK,
            TranslationRecipe.class);

    /** The name of the model, such as {@code en-de}. */
    String name();

    /**
     * Trains, or goes on where an earlier call was interrupted.
     *
     * @param data the folder that the recipe's files are in
     * @param output where the run keeps its checkpoints and puts the finished {@code model/}
     * @param progress takes a line now and then
     * @param engine DJL's name of the engine
     * @throws IOException if data can't be read or output written
     * @throws MalformedModelException if a checkpoint is damaged
     */
    TrainingResult train(Path data, Path output, Consumer<String> progress, String engine)
            throws IOException, MalformedModelException;

    /**
     * Reads a recipe, whose key {@code task} says of what kind it is; without that it is a translation's.
     *
     * @throws IOException if the file can't be read
     * @throws MalformedModelException if the task is none there is, or a key is unknown, missing or has another type,
     *     naming it
     */
    static Recipe read(Path file) throws IOException, MalformedModelException {
        JsonElement task = JsonText.readObject("Recipe", file, 1 << 20).get("task");
        String name = task == null ? TranslationRecipe.TASK : task.isJsonPrimitive() ? task.getAsString() : "" + task;
        Class<? extends Record> kind = KINDS.get(name);
        if (kind == null) {
            throw new MalformedModelException(
                    "Recipe: task in " + file + " must be one of " + new TreeSet<>(KINDS.keySet()) + ", got " + name);
        }
        return (Recipe) RecordJson.readFile(kind.getSimpleName(), file, kind);
    }
}
