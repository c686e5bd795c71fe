package io.github.djltransformers.zoo;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.SimpleRepository;
import ai.djl.repository.zoo.ModelNotFoundException;
import io.github.djltransformers.huggingface.CheckpointBlockFactory;
import io.github.djltransformers.text.task.CheckpointTranslatorFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** The one checkpoint in a directory, with the names of what makes its block and its translator, and of its engine. */
final class CheckpointRepository extends SimpleRepository {
    CheckpointRepository(String name, URI uri, Path directory) {
        super(name, uri, directory);
    }

    @Override
    public Metadata locate(MRL mrl) throws IOException {
        Metadata metadata = super.locate(mrl);
        for (Artifact artifact : metadata.getArtifacts()) {
            Map<String, Object> arguments = artifact.getArguments();
            arguments.put("blockFactory", CheckpointBlockFactory.class.getName());
            arguments.put("translatorFactory", CheckpointTranslatorFactory.class.getName());
            try {
                arguments.put("engine", EngineChoice.of(null));
            } catch (ModelNotFoundException e) {
                throw new IOException(e.getMessage(), e);
            }
            artifact.setOptions(Map.of("hasParameter", "false"));
        }
        return metadata;
    }
}
