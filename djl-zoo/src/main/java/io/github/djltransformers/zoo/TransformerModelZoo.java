package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.util.Utils;
import io.github.djltransformers.Text;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models packaged in a jar, loaded without a network:
 *
 * <pre>{@code
 * Criteria.builder()
 *         .setTypes(String.class, String.class)
 *         .optGroupId(TransformerModelZoo.GROUP_ID)
 *         .optArtifactId("en-de")
 *         .build()
 *         .loadModel();
 * }</pre>
 *
 * <p>Filters: {@code version} and the properties of the model's {@link Task}, such as {@code source_language}. Engines: PyTorch and MXNet; where the
 * criteria name none, DJL's default engine where one is set, else the first of these on the class path. The files are unpacked below DJL's cache directory.
 */
public final class TransformerModelZoo extends ModelZoo {
    public static final String GROUP_ID = "io.github.djltransformers";

    private static final Logger LOGGER = LoggerFactory.getLogger(TransformerModelZoo.class);

    private final URL index;
    private final ModelCache cache;
    private final List<PackagedModel> models;

    private TransformerModelZoo(URL index, Path cacheRoot, List<PackagedModel> models) {
        this.index = index;
        this.models = List.copyOf(models);
        cache = new ModelCache(index, cacheRoot);
        PackagedModelRepository repository =
                new PackagedModelRepository(URI.create(index.toString()), cache, this.models);
        for (PackagedModel model : this.models) {
            ModelDescription description = model.description();
            if (getModelLoader(description.id()) == null) {
                List<PackagedModel> versions = this.models.stream()
                        .filter(other -> other.description().id().equals(description.id()))
                        .toList();
                addModel(new PackagedModelLoader(versions, repository.mrl(description), cache));
            }
        }
    }

    /** The models in the jar of this class; what fails in reading their index is logged and leaves none. */
    public static TransformerModelZoo packaged() {
        URL index = TransformerModelZoo.class.getResource("/models/index.json");
        try {
            return of(index);
        } catch (IOException | MalformedModelException e) {
            // DJL asks in a static initialiser: an exception would take every other zoo down with this one.
            LOGGER.error("The models of {} cannot be offered", index, e);
            return new TransformerModelZoo(index, Utils.getCacheDir(), List.of());
        }
    }

    /**
     * The zoo of an index, unpacking below DJL's cache directory.
     *
     * @param index the URL of an {@code index.json} beside which the models stand, in a jar or in a directory
     * @throws IOException if the index cannot be read
     * @throws MalformedModelException if the index is invalid
     */
    public static TransformerModelZoo of(URL index) throws IOException, MalformedModelException {
        return of(index, Utils.getCacheDir().resolve("cache/djl-transformers"));
    }

    /**
     * The zoo of an index.
     *
     * @param cache the directory to unpack below
     * @throws IOException if the index cannot be read
     * @throws MalformedModelException if the index is invalid
     */
    public static TransformerModelZoo of(URL index, Path cache) throws IOException, MalformedModelException {
        return new TransformerModelZoo(index, cache, ModelIndex.read(index).models());
    }

    /**
     * The repository of one model.
     *
     * @param version or null for every version
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    Repository repository(String id, String version) {
        List<PackagedModel> wanted = models.stream()
                .filter(model -> model.description().id().equals(id))
                .filter(model ->
                        version == null || model.description().version().equals(version))
                .toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(Text.format(
                    "TransformerModelZoo: model must be one of %s, got %s",
                    models, version == null ? id : id + " " + version));
        }
        return new PackagedModelRepository(URI.create(index.toString()), cache, wanted);
    }

    /** The models, the preferred version of each first. */
    public List<PackagedModel> models() {
        return models;
    }

    @Override
    public String getGroupId() {
        return GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return new LinkedHashSet<>(EngineChoice.SUPPORTED);
    }
}
