package io.github.djltransformers.ops;

/**
 * How rotary frequencies are changed so that a model reads sequences longer than those it was first trained on.
 *
 * @param kind the rule
 * @param factor how many times longer sequences may be
 * @param originalLength the length of the first training
 * @param low for LLAMA3 the wavelengths, as parts of the original length, above which frequencies are divided by the factor;
 *     for YARN the turns below which they are; else 0
 * @param high the same for the wavelengths below, and turns above, which frequencies stay; else 0
 * @param magnitude what cosines and sines are multiplied by, 1 but for YARN
 */
public record RotaryScaling(Kind kind, double factor, int originalLength, double low, double high, double magnitude) {
    /** The rules in use. */
    public enum Kind {
        /** Every frequency divided by the factor (Chen et al. 2023, "position interpolation"). */
        LINEAR,
        /** A base that grows with the length beyond the original one ("dynamic NTK-aware" interpolation). */
        DYNAMIC,
        /** Low frequencies divided, high ones kept, a smooth passage between them (Llama 3.1). */
        LLAMA3,
        /** A ramp over the number of turns in the original length (Peng et al. 2023, "YaRN", section 3). */
        YARN
    }

    public RotaryScaling {
        if (kind == null) {
            throw new IllegalArgumentException("RotaryScaling: kind must be given, got null");
        }
        if (!(factor > 0) || !(magnitude > 0)) {
            throw new IllegalArgumentException(
                    "RotaryScaling: factor and magnitude must be positive, got " + factor + " and " + magnitude);
        }
        if (kind != Kind.LINEAR && originalLength < 1) {
            throw new IllegalArgumentException("RotaryScaling: originalLength must be positive, got " + originalLength);
        }
        if (kind == Kind.LLAMA3 && !(high > low && low > 0)) {
            throw new IllegalArgumentException(
                    "RotaryScaling: low must be positive and high above it, got " + low + " and " + high);
        }
    }
}
