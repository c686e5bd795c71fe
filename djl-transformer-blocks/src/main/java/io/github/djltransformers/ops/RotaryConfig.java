package io.github.djltransformers.ops;

/**
 * Rotary positions (Su et al. 2021): frequencies {@code base^(-2i/R)}, i from 0 to R/2 - 1.
 *
 * @param size R, the number of features of a head that are turned, even
 * @param base usually 10000
 * @param scaling for long sequences, or null
 */
public record RotaryConfig(int size, double base, RotaryScaling scaling) {
    public RotaryConfig {
        if (size < 2 || size % 2 != 0) {
            throw new IllegalArgumentException("RotaryConfig: size must be even and positive, got " + size);
        }
        if (!(base > 0)) {
            throw new IllegalArgumentException("RotaryConfig: base must be positive, got " + base);
        }
    }

    /** What cosines and sines are multiplied by. */
    public double magnitude() {
        return scaling == null ? 1 : scaling.magnitude();
    }

    /** Whether frequencies depend on the length of the sequence, beyond {@link RotaryScaling#originalLength}. */
    public boolean dynamic() {
        return scaling != null && scaling.kind() == RotaryScaling.Kind.DYNAMIC;
    }

    /**
     * The base for a sequence of some length: the configured one, but for DYNAMIC scaling beyond the original length
     * {@code base (f n / n0 - (f - 1))^(R / (R - 2))}.
     */
    public double base(long length) {
        if (!dynamic() || length <= scaling.originalLength()) {
            return base;
        }
        double factor = scaling.factor();
        double stretch = factor * length / scaling.originalLength() - (factor - 1);
        return base * Math.pow(stretch, size / (size - 2.0));
    }

    /**
     * The R/2 frequencies for a sequence of some length, rounded to float at each step as reference implementations do: an
     * angle is a position times one of them, so that the last bit of a frequency counts at distant positions.
     */
    public float[] frequencies(long length) {
        double lengthBase = base(length);
        float[] frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = (float) (2 * i) / size;
            frequencies[i] = scaled(1f / (float) Math.pow(lengthBase, exponent), i);
        }
        return frequencies;
    }

    private float scaled(float frequency, int index) {
        if (scaling == null) {
            return frequency;
        }
        return switch (scaling.kind()) {
            case LINEAR -> (float) (frequency / scaling.factor());
            case DYNAMIC -> frequency;
            case LLAMA3 -> llama3(frequency);
            case YARN -> yarn(frequency, index);
        };
    }

    private float llama3(float frequency) {
        double waves = scaling.originalLength() * (double) frequency / (2 * Math.PI); // in the original length
        if (waves < scaling.low()) {
            return (float) (frequency / scaling.factor());
        }
        if (waves > scaling.high()) {
            return frequency;
        }
        double kept = (waves - scaling.low()) / (scaling.high() - scaling.low());
        return (float) ((1 - kept) * frequency / scaling.factor() + kept * frequency);
    }

    private float yarn(float frequency, int index) {
        double from = Math.max(Math.floor(yarnIndex(scaling.high())), 0);
        double to = Math.min(Math.ceil(yarnIndex(scaling.low())), size - 1);
        double ramp = Math.min(1, Math.max(0, (index - from) / (to == from ? 0.001 : to - from)));
        return (float) (ramp * frequency / scaling.factor() + (1 - ramp) * frequency);
    }

    /** The index of the frequency that makes this many turns in the original length. */
    private double yarnIndex(double turns) {
        return size * Math.log(scaling.originalLength() / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }
}
