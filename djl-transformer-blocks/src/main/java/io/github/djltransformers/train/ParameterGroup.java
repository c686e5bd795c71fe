package io.github.djltransformers.train;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Parameters that an optimizer treats alike. A parameter belongs to the first group that accepts it.
 *
 * @param members accepts a parameter by its name and shape
 * @param learningRateFactor what the scheduled learning rate is multiplied by; 1 for no change
 * @param weightDecay the weight decay, in place of {@link AdamConfig#weightDecay()}
 */
public record ParameterGroup(BiPredicate<String, Shape> members, double learningRateFactor, double weightDecay) {
    public ParameterGroup {
        if (members == null) {
            throw new IllegalArgumentException("ParameterGroup: members must be given, got null");
        }
        NonNegative.check("ParameterGroup", "learningRateFactor", learningRateFactor);
        NonNegative.check("ParameterGroup", "weightDecay", weightDecay);
    }

    /** Biases and the gains and offsets of norms, which are of rank 1 or 0, without weight decay. */
    public static List<ParameterGroup> vectorsWithoutDecay() {
        return List.of(new ParameterGroup((name, shape) -> shape.dimension() <= 1, 1, 0));
    }
}
