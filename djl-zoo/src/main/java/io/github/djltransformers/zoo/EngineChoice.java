package io.github.djltransformers.zoo;

import ai.djl.engine.Engine;
import ai.djl.repository.zoo.ModelNotFoundException;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.EngineKind;
import java.util.List;

/** The engine a model runs on. */
public final class EngineChoice {
    /**
     * In order of preference, which is not DJL's: it would take MXNet before PyTorch. The last predicts only, in programs of ONNX
     * Runtime.
     */
    static final List<String> SUPPORTED = List.of("PyTorch", "MXNet", EngineKind.ONNX_RUNTIME);

    private EngineChoice() {}

    /**
     * Chooses the engine.
     *
     * @param wanted an engine's name, in any case; or null for the one that DJL's property {@code ai.djl.default_engine} or
     *     variable {@code DJL_DEFAULT_ENGINE} names, else the first that is there
     * @throws ModelNotFoundException if the engine is not on the class path, naming what to add
     */
    public static String of(String wanted) throws ModelNotFoundException {
        List<String> there = SUPPORTED.stream().filter(Engine::hasEngine).toList();
        String byDefault = System.getProperty("ai.djl.default_engine", System.getenv("DJL_DEFAULT_ENGINE"));
        String name = wanted != null || byDefault == null || byDefault.isBlank() ? wanted : byDefault;
        if (name == null && !there.isEmpty()) {
            return there.get(0);
        }
        return there.stream()
                .filter(engine -> engine.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new ModelNotFoundException(missing(name, there)));
    }

    /**
     * Chooses the engine of a training.
     *
     * @param wanted as in {@link #of}
     * @throws ModelNotFoundException if the engine is not on the class path, or computes no gradients
     */
    public static String forTraining(String wanted) throws ModelNotFoundException {
        String engine = of(wanted);
        if (engine.equals(EngineKind.ONNX_RUNTIME)) {
            throw new ModelNotFoundException("EngineChoice: engine must be PyTorch or MXNet for a training, got "
                    + engine + ", which computes no gradients");
        }
        return engine;
    }

    static String missing(String wanted, List<String> there) {
        if (wanted != null && SUPPORTED.stream().noneMatch(wanted::equalsIgnoreCase)) {
            return Text.format("EngineChoice: engine must be one of %s, got %s", SUPPORTED, wanted);
        }
        String remedy = "ai.djl.pytorch:pytorch-engine";
        if ("MXNet".equalsIgnoreCase(wanted)) {
            remedy = "ai.djl.mxnet:mxnet-engine";
        } else if (EngineKind.ONNX_RUNTIME.equalsIgnoreCase(wanted)) {
            remedy = "ai.djl.onnxruntime:onnxruntime-engine";
        }
        return Text.format(
                "EngineChoice: engine must be on the class path, got %s with %s there; add the dependency %s",
                wanted == null ? "none" : wanted, there, remedy);
    }
}
