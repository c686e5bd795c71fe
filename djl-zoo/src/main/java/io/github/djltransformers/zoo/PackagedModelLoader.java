package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import ai.djl.util.Progress;
import io.github.djltransformers.model.ModelDirectory;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Loads the versions of one packaged model. */
final class PackagedModelLoader implements ModelLoader {
    private final List<PackagedModel> versions;
    private final MRL mrl;
    private final ModelCache cache;
    private final TranslatorFactory translators;

    /**
     * @param versions of one id, the preferred one first
     * @param mrl what DJL calls the id
     * @param translators used where the criteria name none
     */
    PackagedModelLoader(List<PackagedModel> versions, MRL mrl, ModelCache cache, TranslatorFactory translators) {
        this.versions = List.copyOf(versions);
        this.mrl = mrl;
        this.cache = cache;
        this.translators = translators;
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
        TranslatorFactory factory = translatorFactory(criteria);
        String engine = EngineChoice.of(criteria.getEngine());
        String name = criteria.getModelName() == null ? getArtifactId() : criteria.getModelName();
        Path directory = cache.unpack(packaged);
        Model model = ModelDirectory.open(directory, name, criteria.getDevice(), engine);
        try {
            Map<String, Object> arguments = criteria.getArguments() == null ? Map.of() : criteria.getArguments();
            arguments.forEach((key, value) -> model.setProperty(key, value.toString()));
            return new ZooModel<>(
                    model, factory.newInstance(criteria.getInputClass(), criteria.getOutputClass(), model, arguments));
        } catch (TranslateException e) {
            model.close();
            throw new ModelNotFoundException(
                    "PackagedModelLoader: the translator of " + packaged + " must be made, got: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
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
        throw new ModelNotFoundException("PackagedModelLoader: filters of %s must match one of %s, got %s"
                .formatted(getArtifactId(), there, wanted));
    }

    private TranslatorFactory translatorFactory(Criteria<?, ?> criteria) throws ModelNotFoundException {
        TranslatorFactory factory =
                criteria.getTranslatorFactory() == null ? translators : criteria.getTranslatorFactory();
        if (!factory.isSupported(criteria.getInputClass(), criteria.getOutputClass())) {
            throw new ModelNotFoundException("PackagedModelLoader: types of %s must be one of %s, got (%s, %s)"
                    .formatted(
                            getArtifactId(),
                            factory.getSupportedTypes().stream()
                                    .map(PackagedModelLoader::name)
                                    .sorted()
                                    .collect(Collectors.toList()),
                            criteria.getInputClass().getTypeName(),
                            criteria.getOutputClass().getTypeName()));
        }
        return factory;
    }

    private static String name(Pair<Type, Type> types) {
        return "(" + types.getKey().getTypeName() + ", " + types.getValue().getTypeName() + ")";
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
