package io.github.djltransformers.head;

import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;

/**
 * A layer of a head before its output: {@code norm(activation(x W^T + b))}.
 *
 * @param size of the result
 * @param bias whether b is there
 * @param activation or {@link ActivationFunction#IDENTITY}
 * @param norm or {@link NormConfig#NONE}
 */
public record DenseConfig(int size, boolean bias, ActivationFunction activation, NormConfig norm) {
    public DenseConfig {
        if (size < 1 || activation == null || norm == null) {
            throw new IllegalArgumentException("DenseConfig: size must be positive, activation and norm given, got "
                    + size + ", " + activation + " and " + norm);
        }
    }

    /** With a bias and without a norm. */
    public static DenseConfig of(int size, ActivationFunction activation) {
        return new DenseConfig(size, true, activation, NormConfig.NONE);
    }
}
