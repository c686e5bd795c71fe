package io.github.djltransformers.zoo;

import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelZoo;
import io.github.djltransformers.Text;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Opens {@code djl://group/artifact/version/name}, which {@code ModelZoo.listModels} prints: a model of this zoo from its jar,
 * which DJL's own factory would ask a host for; that of another zoo where that zoo has its models.
 */
public final class DjlUrlFactory implements RepositoryFactory {
    /** DJL makes the factory as a service. */
    public DjlUrlFactory() {}

    @Override
    public Set<String> getSupportedScheme() {
        return Set.of("djl");
    }

    /**
     * Opens a URL.
     *
     * @throws IllegalArgumentException if there is no such model, naming what there is
     */
    @Override
    public Repository newInstance(String name, URI uri) {
        List<String> path = Arrays.stream(uri.getPath().split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        if (uri.getHost() == null || path.isEmpty()) {
            throw new IllegalArgumentException(
                    "DjlUrlFactory: url must be like djl://group/artifact/version/name, got " + uri);
        }
        String version = path.size() > 1 ? path.get(1) : null;
        if (uri.getHost().equals(TransformerModelZoo.GROUP_ID)) {
            return TransformerModelZoo.packaged().repository(path.get(0), version);
        }
        return remote(name, uri, path, version);
    }

    private static Repository remote(String name, URI uri, List<String> path, String version) {
        ModelZoo zoo = ModelZoo.getModelZoo(uri.getHost());
        ModelLoader loader = zoo == null ? null : zoo.getModelLoader(path.get(0));
        if (loader == null) {
            throw new IllegalArgumentException(Text.format(
                    "DjlUrlFactory: url must name a model of a zoo on the class path, got %s with %s there",
                    uri,
                    ModelZoo.listModelZoo().stream().map(ModelZoo::getGroupId).toList()));
        }
        URI host = loader.getMrl().getRepository().getBaseUri();
        RemoteRepository repository = new RemoteRepository(name, host);
        String artifactName = path.size() > 2 ? path.get(2) : null;
        repository.addResource(
                repository.model(loader.getApplication(), uri.getHost(), path.get(0), version, artifactName));
        return repository;
    }
}
