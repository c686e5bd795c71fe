package io.github.djltransformers.readme;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.architecture.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The recipe of the packaged model, cut down to a model that trains in seconds, on {@code train.tsv} and {@code dev.tsv}. */
final class SmallRecipe {
    private SmallRecipe() {}

    /**
     * Writes a recipe.
     *
     * @param steps a multiple of 2; there are two validations and two checkpoints
     */
    static void write(Path file, int modelSize, int steps) throws IOException {
        Path packaged = ProjectFiles.root().resolve("recipes/en-de.json");
        JsonObject recipe = JsonParser.parseString(Files.readString(packaged)).getAsJsonObject();
        JsonObject corpus = recipe.getAsJsonObject("corpus");
        corpus.addProperty("train", "train.tsv");
        corpus.addProperty("validation", "dev.tsv");
        recipe.getAsJsonObject("tokenizer").addProperty("vocabulary_size", 300);
        JsonObject model = recipe.getAsJsonObject("model");
        model.addProperty("encoder_layers", 1);
        model.addProperty("decoder_layers", 1);
        JsonObject layer = model.getAsJsonObject("layer");
        layer.addProperty("model_size", modelSize);
        layer.addProperty("heads", 2);
        layer.addProperty("feed_forward_size", 2 * modelSize);
        layer.addProperty("dropout", 0);
        recipe.getAsJsonObject("optimizer").addProperty("warm_up_steps", steps / 4);
        recipe.getAsJsonObject("batches").addProperty("maximum_tokens", 200);
        JsonObject run = recipe.getAsJsonObject("run");
        run.addProperty("steps", steps);
        run.addProperty("validate_every", steps / 2);
        run.addProperty("checkpoint_every", steps / 2);
        Files.writeString(file, recipe.toString());
    }
}
