package io.github.djltransformers.zoo;

import ai.djl.engine.Engine;
import ai.djl.repository.zoo.ModelNotFoundException;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.EngineKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The engine a model runs on. */
public final class EngineChoice {
    private static final String MXNET = "MXNet";

    /**
     * In order of preference, which is not DJL's: it would take MXNet before PyTorch. The last predicts only, in programs of ONNX
     * Runtime.
     */
    static final List<String> SUPPORTED = List.of("PyTorch", MXNET, EngineKind.ONNX_RUNTIME);

    private EngineChoice() {}

    /**
     * Chooses the engine; MXNet is loaded as in {@link #loadBesidePyTorch}.
     *
     * @param wanted an engine's name, in any case; or null for the one that DJL's property {@code ai.djl.default_engine} or
     *     variable {@code DJL_DEFAULT_ENGINE} names, else the first that is there
     * @throws ModelNotFoundException if the engine is not on the class path, naming what to add
     */
    public static String of(String wanted) throws ModelNotFoundException {
        List<String> there = SUPPORTED.stream().filter(Engine::hasEngine).toList();
        String byDefault = System.getProperty("ai.djl.default_engine", System.getenv("DJL_DEFAULT_ENGINE"));
        String name = wanted != null || byDefault == null || byDefault.isBlank() ? wanted : byDefault;
        String chosen = there.stream()
                .filter(engine -> name == null || engine.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new ModelNotFoundException(missing(name, there)));
        if (chosen.equals(MXNET)) {
            loadBesidePyTorch();
        }
        return chosen;
    }

    /**
     * Loads MXNet, where it is on the class path, so that PyTorch keeps its threads. MXNet sets the OpenMP threads of whoever loads it to
     * half of the processors, and PyTorch in that thread then computes with these: a thread of its own takes the loss.
     */
    public static void loadBesidePyTorch() {
        if (Engine.hasEngine(MXNET)) {
            // What keeps it from loading is told to whoever uses it.
            CompletableFuture.runAsync(() -> Engine.getEngine(MXNET), load -> new Thread(load, "MXNet").start())
                    .handle((loaded, failure) -> null)
                    .join();
        }
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
        if (MXNET.equalsIgnoreCase(wanted)) {
            remedy = "ai.djl.mxnet:mxnet-engine";
        } else if (EngineKind.ONNX_RUNTIME.equalsIgnoreCase(wanted)) {
            remedy = "ai.djl.onnxruntime:onnxruntime-engine";
        }
        return Text.format(
                "EngineChoice: engine must be on the class path, got %s with %s there; add the dependency %s",
                wanted == null ? "none" : wanted, there, remedy);
    }
}
