package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.zoo.EngineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Loads checkpoints of Hugging Face. */
final class CheckpointModels {
    private CheckpointModels() {}

    /**
     * What is looked for.
     *
     * @param engine a name, or null for the default
     */
    static <I, O> Criteria.Builder<I, O> criteria(Class<I> input, Class<O> output, Path directory, String engine)
            throws IOException, ModelException {
        return Criteria.builder()
                .setTypes(input, output)
                .optModelPath(directory.toRealPath())
                .optEngine(EngineChoice.of(engine));
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
