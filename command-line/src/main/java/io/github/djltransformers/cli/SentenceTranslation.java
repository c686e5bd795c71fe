package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translations;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A loaded translation model. */
interface SentenceTranslation extends AutoCloseable {
    /** The translations of each sentence, as many as were asked for. */
    default List<Translations> apply(List<String> sentences) throws TranslateException {
        return complete(sentences.stream().map(PartialTranslation::of).toList());
    }

    /** The translations of each sentence that begin as they must. */
    List<Translations> complete(List<PartialTranslation> sentences) throws TranslateException;

    @Override
    void close();

    /** Loads a model. */
    interface Opener {
        /**
         * Loads the model that the options name.
         *
         * @param arguments of the model, beside those that the options name
         */
        SentenceTranslation open(ModelOptions options, Map<String, Object> arguments)
                throws IOException, ModelException;
    }
}
