package io.github.djltransformers.zoo.recipe;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import com.google.gson.GsonBuilder;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.run.FolderLock;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.run.TrainingRun;
import io.github.djltransformers.run.TrainingRunConfig;
import io.github.djltransformers.saved.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Carries a recipe of any task out: a training run that can be interrupted, and the model's folder at its end. */
final class RecipeTraining {
    private static final String RESULT = "result.json";

    private final Recipe recipe;
    private final Path data;
    private final Path output;
    private final Consumer<String> progress;

    /**
     * @param data the folder that the recipe's files are in
     * @param output where the run keeps its checkpoints and puts the finished {@code model/}
     * @param progress takes a line now and then
     */
    RecipeTraining(Recipe recipe, Path data, Path output, Consumer<String> progress) {
        this.recipe = recipe;
        this.data = data;
        this.output = output;
        this.progress = progress;
    }

    /** What a task does before the first step. */
    interface Preparation {
        /**
         * Reads the data, before anything is made.
         *
         * @throws IllegalArgumentException if there is not enough of it
         */
        void read() throws IOException;

        /**
         * Makes what the run needs.
         *
         * @param folder of the finished model, where the tokenizer is, or is put
         */
        PreparedTraining prepare(Path folder) throws IOException, MalformedModelException;
    }

    /**
     * Trains, or goes on where an earlier call was interrupted.
     *
     * @param engine DJL's name of the engine
     * @param files of the data folder that the result depends on
     * @return the result; when it has ended, {@code model/} in the output folder holds the better of the best and the
     *     averaged weights, in 16 bits
     * @throws IOException if data can't be read or output written
     * @throws MalformedModelException if a checkpoint is damaged
     */
    TrainingResult run(
            String engine,
            List<String> files,
            Optimization optimization,
            TrainingRunConfig config,
            Preparation preparation)
            throws IOException, MalformedModelException {
        try (FolderLock lock = FolderLock.take("RecipeTraining", output, "training.lock")) {
            preparation.read();
            RunOrigin.of(recipe, data, files).claim(output);
            Path folder = Files.createDirectories(output.resolve("model"));
            PreparedTraining prepared = preparation.prepare(folder);
            try (Model model = Model.newInstance(recipe.name(), engine)) {
                prepared.weights().load(prepared.block(), model.getNDManager());
                model.setBlock(prepared.block());
                Tracker rate = optimization.schedule(config.steps());
                TrainingResult result = TrainingRun.builder()
                        .setModel(model)
                        .setConfig(config)
                        .setBatches(prepared.batches())
                        .setLoss(prepared.loss())
                        .setOptimizer(optimization.adamW(prepared.block(), rate), rate)
                        .setValidation(prepared.validation())
                        .setFolder(output)
                        .setInputShapes(prepared.inputShapes().toArray(Shape[]::new))
                        .optProgress(progress)
                        .build()
                        .run();
                if (result.ended()) {
                    finish(model, prepared, result, folder);
                }
                return result;
            }
        }
    }

    /** What the model that was written, its weights rounded, is worth. */
    private void writeResult(PreparedTraining prepared, TransformerBlock block, TrainingResult result, NDManager saved)
            throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("step", result.step());
        json.put("bestStep", result.bestStep());
        json.put("trainedSeconds", Math.round(result.trainedSeconds()));
        json.put("validation", prepared.validation().judge(block, saved).figures());
        if (prepared.test() != null) {
            json.put("test", prepared.test().judge(block, saved).figures());
        }
        ReplacedFile.writeText(
                output.resolve(RESULT),
                new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n");
    }

    private void finish(Model model, PreparedTraining prepared, TrainingResult result, Path folder)
            throws IOException, MalformedModelException {
        ModelWeights.load(prepared.block(), model.getNDManager(), result.average());
        double average = prepared.validation()
                .judge(prepared.block(), model.getNDManager())
                .score();
        progress.accept(Text.format(
                "validation score %.4f with the average of the last checkpoints, %.4f at the best step",
                average, result.bestScore()));
        if (result.bestScore() > average) {
            ModelWeights.load(prepared.block(), model.getNDManager(), result.best());
        }
        prepared.form().save(folder, prepared.block());
        try (NDManager saved = model.getNDManager().newSubManager()) {
            writeResult(prepared, prepared.form().load(folder, saved), result, saved);
        }
        progress.accept("model written to " + folder);
    }
}
