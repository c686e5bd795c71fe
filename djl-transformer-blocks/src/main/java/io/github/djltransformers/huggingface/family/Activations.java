package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;
import java.util.TreeSet;

/** Activations by the names that configurations give them. */
final class Activations {
    private static final Map<String, ActivationFunction> BY_NAME = Map.ofEntries(
            Map.entry("relu", ActivationFunction.RELU),
            Map.entry("gelu", ActivationFunction.GELU),
            Map.entry("gelu_python", ActivationFunction.GELU),
            Map.entry("gelu_new", ActivationFunction.GELU_TANH),
            Map.entry("gelu_fast", ActivationFunction.GELU_TANH),
            Map.entry("gelu_accurate", ActivationFunction.GELU_TANH),
            Map.entry("gelu_pytorch_tanh", ActivationFunction.GELU_TANH),
            Map.entry("gelu_python_tanh", ActivationFunction.GELU_TANH),
            Map.entry("quick_gelu", ActivationFunction.QUICK_GELU),
            Map.entry("silu", ActivationFunction.SWISH),
            Map.entry("swish", ActivationFunction.SWISH),
            Map.entry("tanh", ActivationFunction.TANH),
            Map.entry("sigmoid", ActivationFunction.SIGMOID),
            Map.entry("relu2", ActivationFunction.SQUARED_RELU),
            Map.entry("relu6", ActivationFunction.RELU6),
            Map.entry("leaky_relu", ActivationFunction.LEAKY_RELU),
            Map.entry("mish", ActivationFunction.MISH),
            Map.entry("linear", ActivationFunction.IDENTITY));

    private Activations() {}

    /**
     * The activation that a key names.
     *
     * @param otherwise the name where the key is absent
     */
    static ActivationFunction of(CheckpointConfig config, String key, String otherwise) throws MalformedModelException {
        return named(config, key, config.text(key, otherwise));
    }

    /** The activation of a name that a key gives. */
    static ActivationFunction named(CheckpointConfig config, String key, String name) throws MalformedModelException {
        ActivationFunction activation = BY_NAME.get(name);
        if (activation == null) {
            throw config.wrong(key, "one of " + new TreeSet<>(BY_NAME.keySet()), name);
        }
        return activation;
    }
}
