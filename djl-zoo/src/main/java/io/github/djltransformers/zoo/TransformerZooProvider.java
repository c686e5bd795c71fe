package io.github.djltransformers.zoo;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;

/** Tells DJL of the models packaged in this jar. */
public final class TransformerZooProvider implements ZooProvider {
    @Override
    public ModelZoo getModelZoo() {
        return TransformerModelZoo.packaged();
    }
}
