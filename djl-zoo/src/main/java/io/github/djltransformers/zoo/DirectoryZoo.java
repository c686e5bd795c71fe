package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** A zoo of the one model in a directory. */
final class DirectoryZoo extends ModelZoo {
    private final Path directory;

    DirectoryZoo(Path directory) {
        this.directory = directory;
        addModel(new Loader());
    }

    @Override
    public String getGroupId() {
        return TransformerModelZoo.GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return new LinkedHashSet<>(EngineChoice.SUPPORTED);
    }

    private final class Loader implements ModelLoader {
        @Override
        public String getGroupId() {
            return DirectoryZoo.this.getGroupId();
        }

        @Override
        public String getArtifactId() {
            return directory.toAbsolutePath().getFileName().toString();
        }

        @Override
        public Application getApplication() {
            return Application.UNDEFINED;
        }

        @Override
        public MRL getMrl() {
            return MRL.undefined(null, getGroupId(), getArtifactId());
        }

        @Override
        public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
                throws IOException, ModelNotFoundException, MalformedModelException {
            return SavedModel.load(directory, criteria);
        }

        @Override
        public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
            return true;
        }

        @Override
        public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress) {
            // It is there.
        }

        /** Names the model in DJL's logs. */
        @Override
        public String toString() {
            return directory.toString();
        }
    }
}
