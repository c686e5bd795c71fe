package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Loads checkpoints of Hugging Face, from directories and from the zoo. */
final class CheckpointModels {
    private CheckpointModels() {}

    /**
     * What is looked for.
     *
     * @param model a directory, or the name of a packaged model
     * @param engine a name, or null for the default
     */
    static <I, O> Criteria.Builder<I, O> criteria(Class<I> input, Class<O> output, String model, String engine)
            throws IOException, ModelException {
        Criteria.Builder<I, O> criteria =
                Criteria.builder().setTypes(input, output).optEngine(EngineChoice.of(engine));
        if (ZooTranslation.isDirectory(TransformerModelZoo::packaged, model)) {
            return criteria.optModelPath(Path.of(model).toRealPath());
        }
        ModelDescription packaged = ZooTranslation.named(TransformerModelZoo.packaged(), "--model", model);
        return criteria.optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId(packaged.id())
                .optFilter("version", packaged.version());
    }

    /**
     * Loads a model.
     *
     * @param arguments those that are null are left out
     */
    static <I, O> ZooModel<I, O> load(Criteria.Builder<I, O> criteria, Map<String, ?> arguments)
            throws IOException, ModelException {
        arguments.forEach((name, value) -> {
            if (value != null) {
                criteria.optArgument(name, value.toString());
            }
        });
        try {
            return criteria.build().loadModel();
        } catch (ModelNotFoundException e) {
            // DJL says of every failure that there is no such model; the first cause knows why.
            Throwable first = e;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            throw new ModelNotFoundException(first.getMessage(), e);
        }
    }
}
