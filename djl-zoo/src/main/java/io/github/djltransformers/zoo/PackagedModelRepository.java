package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.repository.AbstractRepository;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.Progress;
import io.github.djltransformers.huggingface.CheckpointBlockFactory;
import io.github.djltransformers.saved.TransformerBlockFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The models of an index as DJL's metadata. */
final class PackagedModelRepository extends AbstractRepository {
    static final String VERSION = "version";

    private final ModelCache cache;
    private final Map<String, List<PackagedModel>> models = new LinkedHashMap<>();

    PackagedModelRepository(URI index, ModelCache cache, List<PackagedModel> models) {
        super("djl-transformers", index);
        this.cache = cache;
        for (PackagedModel model : models) {
            this.models
                    .computeIfAbsent(model.description().id(), id -> new ArrayList<>())
                    .add(model);
        }
    }

    /** What filters compare with. */
    static Map<String, String> properties(PackagedModel model) {
        Map<String, String> properties = new TreeMap<>(model.description().properties());
        properties.put(VERSION, model.description().version());
        return properties;
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public Metadata locate(MRL mrl) {
        List<PackagedModel> versions = models.get(mrl.getArtifactId());
        if (versions == null) {
            return null;
        }
        Metadata metadata = new Metadata();
        metadata.setGroupId(mrl.getGroupId());
        metadata.setArtifactId(mrl.getArtifactId());
        metadata.setApplication(mrl.getApplication());
        metadata.setName(mrl.getArtifactId());
        metadata.setDescription(versions.get(0).description().summary());
        metadata.setRepositoryUri(mrl.toURI());
        metadata.setArtifacts(
                versions.stream().map(PackagedModelRepository::artifact).toList());
        return metadata;
    }

    private static Artifact artifact(PackagedModel model) {
        Artifact artifact = new Artifact();
        artifact.setName(model.description().id());
        artifact.setVersion(model.description().version());
        artifact.setProperties(properties(model));
        Map<String, Object> arguments = new TreeMap<>();
        Class<?> blockFactory = model.isCheckpoint() ? CheckpointBlockFactory.class : TransformerBlockFactory.class;
        arguments.put("blockFactory", blockFactory.getName());
        Task.of(Application.of(model.description().application()))
                .ifPresent(task -> arguments.put(
                        "translatorFactory", task.translatorFactory().getClass().getName()));
        artifact.setArguments(arguments);
        artifact.setOptions(Map.of("hasParameter", "false"));
        return artifact;
    }

    @Override
    public Artifact resolve(MRL mrl, Map<String, String> filter) throws IOException {
        return mrl.match(filter);
    }

    @Override
    public void prepare(Artifact artifact, Progress progress) throws IOException {
        try {
            cache.unpack(model(artifact));
        } catch (MalformedModelException e) {
            // The interface leaves no other way to say it.
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Path getResourceDirectory(Artifact artifact) {
        return cache.directory(model(artifact));
    }

    private PackagedModel model(Artifact artifact) {
        return models.get(artifact.getName()).stream()
                .filter(model -> model.description().version().equals(artifact.getVersion()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<MRL> getResources() {
        return models.values().stream()
                .map(versions -> mrl(versions.get(0).description()))
                .toList();
    }

    MRL mrl(ModelDescription description) {
        Application application = Application.of(description.application());
        return model(application, TransformerModelZoo.GROUP_ID, description.id());
    }
}
