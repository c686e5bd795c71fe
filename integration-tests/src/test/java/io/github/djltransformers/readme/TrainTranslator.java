package io.github.djltransformers.readme;

// README: recipe
import ai.djl.MalformedModelException;
import io.github.djltransformers.run.TrainingResult;
import io.github.djltransformers.zoo.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;

public final class TrainTranslator {
    private TrainTranslator() {}

    public static void main(String[] args) throws IOException, MalformedModelException {
        TrainingResult result = train(Path.of("recipes/en-de.json"), Path.of("data"), Path.of("run"), "PyTorch");
        System.out.println(result.ended() ? "model in run/model" : "interrupted after step " + result.step());
    }

    static TrainingResult train(Path recipe, Path data, Path output, String engine)
            throws IOException, MalformedModelException {
        return Recipe.read(recipe).train(data, output, System.err::println, engine);
    }
}
// end
