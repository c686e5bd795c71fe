package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;
import java.io.IOException;
import java.net.URL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells DJL of the models packaged in this jar. */
public final class TransformerZooProvider implements ZooProvider {
    private static final Logger LOGGER = LoggerFactory.getLogger(TransformerZooProvider.class);

    @Override
    public ModelZoo getModelZoo() {
        URL index = TransformerZooProvider.class.getResource("/models/index.json");
        try {
            return TransformerModelZoo.of(index);
        } catch (IOException | MalformedModelException e) {
            // DJL asks in a static initialiser: an exception would take every other zoo down with this one.
            LOGGER.error("The models of {} cannot be offered", index, e);
            return TransformerModelZoo.empty(index);
        }
    }
}
