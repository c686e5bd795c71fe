package io.github.djltransformers.zoo;

import ai.djl.engine.Engine;
import ai.djl.repository.zoo.ModelNotFoundException;
import java.util.List;

/** The engine a model runs on. */
public final class EngineChoice {
    /** In order of preference, which is not DJL's: it would take MXNet before PyTorch. */
    static final List<String> SUPPORTED = List.of("PyTorch", "MXNet");

    private EngineChoice() {}

    /**
     * Chooses the engine.
     *
     * @param wanted an engine's name, or null for the first that is there
     * @throws ModelNotFoundException if the engine is not on the class path, naming what to add
     */
    public static String of(String wanted) throws ModelNotFoundException {
        List<String> there = SUPPORTED.stream().filter(Engine::hasEngine).toList();
        if (wanted == null && !there.isEmpty()) {
            return there.get(0);
        }
        if (wanted != null && there.contains(wanted)) {
            return wanted;
        }
        throw new ModelNotFoundException(missing(wanted, there));
    }

    static String missing(String wanted, List<String> there) {
        String remedy = "MXNet".equals(wanted) ? "ai.djl.mxnet:mxnet-engine" : "ai.djl.pytorch:pytorch-engine";
        String rule = wanted == null || SUPPORTED.contains(wanted) ? "be on the class path" : "be one of " + SUPPORTED;
        return "EngineChoice: engine must %s, got %s with %s there; add the dependency %s"
                .formatted(rule, wanted == null ? "none" : wanted, there, remedy);
    }
}
