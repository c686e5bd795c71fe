package io.github.djltransformers.engine.onnx;

import io.github.djltransformers.ops.ActivationFunction;
import java.util.Map;

/** Activation functions as nodes, those of several in the form that ONNX Runtime knows to be one. */
final class OnnxActivations {
    private OnnxActivations() {}

    static OnnxValue of(OnnxGraph graph, OnnxValue x, ActivationFunction function) {
        return switch (function) {
            case RELU -> graph.node("Relu", x);
            case GELU -> gelu(graph, x);
            case SWISH -> graph.node("Mul", x, graph.node("Sigmoid", x));
            case TANH -> graph.node("Tanh", x);
            case SIGMOID -> graph.node("Sigmoid", x);
            case GELU_TANH -> geluTanh(graph, x);
            case QUICK_GELU -> graph.node("Mul", x, graph.node("Sigmoid", graph.node("Mul", x, graph.scalar(1.702))));
            case SQUARED_RELU -> graph.node("Mul", graph.node("Relu", x), graph.node("Relu", x));
            case RELU6 -> graph.node("Clip", x, graph.scalar(0), graph.scalar(6));
            case LEAKY_RELU -> graph.node("LeakyRelu", Map.of("alpha", 0.01f), x);
            case MISH -> graph.node("Mul", x, graph.node("Tanh", graph.node("Softplus", x)));
            case IDENTITY -> x;
        };
    }

    private static OnnxValue gelu(OnnxGraph graph, OnnxValue x) {
        OnnxValue erf = graph.node("Erf", graph.node("Div", x, graph.scalar(Math.sqrt(2))));
        OnnxValue twice = graph.node("Mul", x, graph.node("Add", erf, graph.scalar(1)));
        return graph.node("Mul", twice, graph.scalar(0.5));
    }

    private static OnnxValue geluTanh(OnnxGraph graph, OnnxValue x) {
        OnnxValue cubed = graph.node("Mul", x, graph.node("Mul", x, x));
        OnnxValue sum = graph.node("Add", x, graph.node("Mul", cubed, graph.scalar(0.044715)));
        OnnxValue tanh = graph.node("Tanh", graph.node("Mul", sum, graph.scalar(Math.sqrt(2 / Math.PI))));
        OnnxValue half = graph.node("Mul", x, graph.scalar(0.5));
        return graph.node("Mul", half, graph.node("Add", tanh, graph.scalar(1)));
    }
}
