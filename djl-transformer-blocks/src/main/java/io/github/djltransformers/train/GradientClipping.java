package io.github.djltransformers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.djltransformers.ops.HostArrays;
import java.util.Collection;

/**
 * Clips gradients by their global norm (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013,
 * algorithm 1), as PyTorch does: with n the L2 norm over all gradients as one vector,
 *
 * <pre>  g = g * min(1, maxNorm / (n + 1e-6))</pre>
 *
 * <p>Call between backward and step. The parameters' arrays are the trained ones where the model was created on the
 * training device.
 *
 * @param maxNorm the largest norm left; infinity to leave gradients as they are and learn their norm
 */
public record GradientClipping(double maxNorm) {
    public GradientClipping {
        if (!(maxNorm > 0)) {
            throw new IllegalArgumentException("GradientClipping: maxNorm must be positive, got " + maxNorm);
        }
    }

    /**
     * Scales the gradients in place. If their norm isn't finite they stay as they are: test the result and drop the step.
     *
     * @param parameters of which those that require a gradient count
     * @return the norm before clipping; reading it is the one point where the device is waited for
     */
    public float clip(Collection<Parameter> parameters) {
        NDList gradients = new NDList(parameters.stream()
                .filter(Parameter::requiresGradient)
                .map(parameter -> parameter.getArray().getGradient())
                .toList());
        if (gradients.isEmpty()) {
            throw new IllegalArgumentException(
                    "GradientClipping: parameters must include one that requires a gradient, got none");
        }
        try (NDManager scope = gradients.getManager().newSubManager()) {
            gradients.attach(scope); // handles of this call: closing them leaves the gradients themselves
            NDList norms = new NDList(gradients.stream().map(NDArray::norm).toList());
            float norm = NDArrays.stack(norms).norm().getFloat();
            double coefficient = maxNorm / (norm + 1e-6);
            if (Float.isFinite(norm) && coefficient < 1) {
                NDArray factor = HostArrays.scalar(scope, (float) coefficient);
                gradients.forEach(gradient -> gradient.muli(factor));
            }
            return norm;
        }
    }
}
