package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.repository.MRL;
import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Progress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Models of other zoos stay where those have them; nothing is asked for here. */
class DjlUrlFactoryTest {
    private static final URI HOST = URI.create("file:///elsewhere/");

    @Test
    void anotherZoosModelIsThatZoos() {
        ModelZoo.registerModelZoo(Elsewhere::new);
        Repository repository =
                new DjlUrlFactory().newInstance("other", URI.create("djl://elsewhere.zoo/parrot/1.2.0/grey"));
        assertInstanceOf(RemoteRepository.class, repository);
        assertEquals(HOST, repository.getBaseUri());
        MRL only = repository.getResources().get(0);
        assertEquals("parrot", only.getArtifactId());
        assertEquals("1.2.0", only.getVersion());
        assertEquals(1, repository.getResources().size());
    }

    @Test
    void whatNamesNoModelIsRefused() {
        for (String url : new String[] {"djl://nowhere.zoo/parrot", "djl://elsewhere.zoo"}) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new DjlUrlFactory().newInstance("other", URI.create(url)))
                    .getMessage();
            assertTrue(message.startsWith("DjlUrlFactory: url must ") && message.contains(url), message);
        }
    }

    private static final class Elsewhere extends ModelZoo {
        Elsewhere() {
            addModel(new Parrot());
        }

        @Override
        public String getGroupId() {
            return "elsewhere.zoo";
        }

        @Override
        public Set<String> getSupportedEngines() {
            return Set.of("None");
        }
    }

    private static final class Parrot implements ModelLoader {
        @Override
        public String getGroupId() {
            return "elsewhere.zoo";
        }

        @Override
        public String getArtifactId() {
            return "parrot";
        }

        @Override
        public Application getApplication() {
            return Application.UNDEFINED;
        }

        @Override
        public MRL getMrl() {
            return new RemoteRepository("elsewhere", HOST)
                    .model(Application.UNDEFINED, getGroupId(), getArtifactId(), null, null);
        }

        @Override
        public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria) throws ModelNotFoundException {
            throw new ModelNotFoundException("there is no parrot");
        }

        @Override
        public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
            return false;
        }

        @Override
        public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress) {
            throw new UnsupportedOperationException();
        }
    }
}
