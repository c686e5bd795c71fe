package io.github.djltransformers.saved;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What DJL's own loaders call for a {@link ModelDirectory}: named as {@code blockFactory} in its
 * {@code serving.properties} or among the arguments of the criteria, together with the option
 * {@code hasParameter=false}, since the block comes with its weights. It compiles itself for prediction as the arguments
 * that {@link CompilationConfig#of} reads say.
 */
public final class TransformerBlockFactory implements BlockFactory {
    private static final long serialVersionUID = 1;

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) throws IOException {
        try {
            TransformerBlock block = ModelDirectory.load(modelPath, model.getNDManager());
            CompiledExecution.install(
                    block, model.getNDManager(), CompilationConfig.of(arguments == null ? Map.of() : arguments));
            return block;
        } catch (MalformedModelException e) {
            // The interface leaves no other way to say it.
            throw new IOException(e.getMessage(), e);
        }
    }
}
