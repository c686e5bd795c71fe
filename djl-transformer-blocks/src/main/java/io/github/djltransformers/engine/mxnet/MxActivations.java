package io.github.djltransformers.engine.mxnet;

import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;

/** Activation functions as nodes of a graph. */
final class MxActivations {
    private MxActivations() {}

    static MxValue of(MxGraph graph, MxValue x, ActivationFunction function) {
        return switch (function) {
            case RELU -> graph.node("Activation", Map.of("act_type", "relu"), x);
            case GELU -> graph.node("LeakyReLU", Map.of("act_type", "gelu"), x);
            case SWISH -> graph.node("elemwise_mul", x, graph.node("sigmoid", x));
            case TANH -> graph.node("tanh", x);
            case SIGMOID -> graph.node("sigmoid", x);
            case GELU_TANH -> geluTanh(graph, x);
            case QUICK_GELU -> graph.node("elemwise_mul", x, graph.node("sigmoid", times(graph, x, 1.702)));
            case SQUARED_RELU -> graph.node("square", graph.node("relu", x));
            case RELU6 -> graph.node("clip", Map.of("a_min", 0, "a_max", 6), x);
            case LEAKY_RELU -> graph.node("LeakyReLU", Map.of("act_type", "leaky", "slope", 0.01), x);
            case MISH ->
                graph.node(
                        "elemwise_mul",
                        x,
                        graph.node("tanh", graph.node("Activation", Map.of("act_type", "softrelu"), x)));
            case IDENTITY -> x;
        };
    }

    private static MxValue geluTanh(MxGraph graph, MxValue x) {
        MxValue cubed = graph.node("elemwise_mul", x, graph.node("square", x));
        MxValue inner =
                times(graph, graph.node("elemwise_add", x, times(graph, cubed, 0.044715)), Math.sqrt(2 / Math.PI));
        MxValue step = graph.node("_plus_scalar", Map.of("scalar", 1), graph.node("tanh", inner));
        return times(graph, graph.node("elemwise_mul", x, step), 0.5);
    }

    private static MxValue times(MxGraph graph, MxValue x, double factor) {
        return graph.node("_mul_scalar", Map.of("scalar", factor), x);
    }
}
