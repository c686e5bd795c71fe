package io.github.djltransformers.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What DJL's own loaders call for a {@link ModelDirectory}: named as {@code blockFactory} in its
 * {@code serving.properties} or among the arguments of the criteria, together with the option
 * {@code hasParameter=false}, since the block comes with its weights.
 */
public final class TransformerBlockFactory implements BlockFactory {
    private static final long serialVersionUID = 1;

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) throws IOException {
        try {
            return ModelDirectory.load(modelPath, model.getNDManager());
        } catch (MalformedModelException e) {
            // The interface leaves no other way to say it.
            throw new IOException(e.getMessage(), e);
        }
    }
}
