package io.github.djltransformers.text.task;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a classifier tells of a text.
 *
 * @param classes the classes of the text by the names of the model's heads for texts
 * @param entities the entities, or the tags of words, by the names of its heads for tokens
 */
public record TextAnalysis(Map<String, Classifications> classes, Map<String, List<NamedEntity>> entities) {
    /** Keeps the order of both. */
    public TextAnalysis {
        classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
        entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
    }
}
