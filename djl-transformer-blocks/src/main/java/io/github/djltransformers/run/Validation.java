package io.github.djltransformers.run;

import ai.djl.training.Trainer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Judges a model in training. */
@FunctionalInterface
public interface Validation {
    /** A judgement: the score that decides, higher is better, and the figures to log, in their order. */
    record Verdict(double score, Map<String, Double> figures) {
        public Verdict {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures)); // in their order
        }
    }

    /**
     * @param trainer evaluates the model without training it
     */
    Verdict judge(Trainer trainer);
}
