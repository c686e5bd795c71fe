package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Progress;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Loads the versions of one packaged model. */
final class PackagedModelLoader implements ModelLoader {
    private final List<PackagedModel> versions;
    private final MRL mrl;
    private final ModelCache cache;

    /**
     * @param versions of one id, the preferred one first
     * @param mrl what DJL calls the id
     */
    PackagedModelLoader(List<PackagedModel> versions, MRL mrl, ModelCache cache) {
        this.versions = List.copyOf(versions);
        this.mrl = mrl;
        this.cache = cache;
    }

    @Override
    public String getGroupId() {
        return mrl.getGroupId();
    }

    @Override
    public String getArtifactId() {
        return mrl.getArtifactId();
    }

    @Override
    public Application getApplication() {
        return mrl.getApplication();
    }

    @Override
    public MRL getMrl() {
        return mrl;
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        PackagedModel packaged = match(criteria.getFilters());
        Criteria.Builder<I, O> builder = criteria.toBuilder().optApplication(getApplication());
        if (criteria.getModelName() == null) {
            builder.optModelName(getArtifactId());
        }
        Criteria<I, O> named = builder.build();
        // Before anything is unpacked: DJL asks every zoo for models of types that this one may not have.
        SavedModel.translatorFactory(named, Task.ALL);
        return SavedModel.load(cache.unpack(packaged), named);
    }

    private PackagedModel match(Map<String, String> filters) throws ModelNotFoundException {
        Map<String, String> wanted = filters == null ? Map.of() : filters;
        for (PackagedModel version : versions) {
            if (PackagedModelRepository.properties(version).entrySet().containsAll(wanted.entrySet())) {
                return version;
            }
        }
        List<Map<String, String>> there =
                versions.stream().map(PackagedModelRepository::properties).toList();
        throw new ModelNotFoundException(Text.format(
                "PackagedModelLoader: filters of %s must match one of %s, got %s", getArtifactId(), there, wanted));
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) throws IOException, ModelNotFoundException {
        return cache.holds(match(criteria.getFilters()));
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        mrl.prepare(mrl.match(Map.of(
                PackagedModelRepository.VERSION,
                match(criteria.getFilters()).description().version())));
    }

    /** Names the model in DJL's logs. */
    @Override
    public String toString() {
        return mrl + " " + versions;
    }
}
