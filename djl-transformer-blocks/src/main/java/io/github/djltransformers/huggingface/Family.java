package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A family of models: how its configurations become blocks, and where a block's parameters are found in its files. Families
 * are found as services, so that a new one is a class and a line.
 */
public interface Family {
    /** The values of {@code model_type} that it knows. */
    Set<String> modelTypes();

    /**
     * The block of a checkpoint, not initialised, and the names of its tensors.
     *
     * @param tensors whether the checkpoint has a tensor of this name, with or without the family's prefix
     * @throws MalformedModelException if the configuration is not one of the family's, or asks for what is not there
     */
    Blueprint blueprint(CheckpointConfig config, Head head, Predicate<String> tensors) throws MalformedModelException;
}
