package io.github.djltransformers.engine.pytorch;

import io.github.djltransformers.ops.ActivationFunction;

/** Activation functions as expressions. */
final class TorchActivations {
    private TorchActivations() {}

    /** A format of one name, or null for the identity. */
    static String form(ActivationFunction function) {
        return switch (function) {
            case RELU -> "torch.relu(%s)";
            case GELU -> "torch.gelu(%s)";
            case GELU_TANH -> "torch.gelu(%s, approximate=\"tanh\")";
            case QUICK_GELU -> "torch.mul(%1$s, torch.sigmoid(torch.mul(%1$s, 1.702)))";
            case SWISH -> "torch.silu(%s)";
            case TANH -> "torch.tanh(%s)";
            case SIGMOID -> "torch.sigmoid(%s)";
            case SQUARED_RELU -> "torch.square(torch.relu(%s))";
            case RELU6 -> "torch.hardtanh(%s, 0.0, 6.0)";
            case LEAKY_RELU -> "torch.leaky_relu(%s, 0.01)";
            case MISH -> "torch.mish(%s)";
            case IDENTITY -> null;
        };
    }
}
