package io.github.djltransformers.benchmark;

import java.util.List;

/**
 * What came of one variant of a case.
 *
 * @param samples seconds of one run, one sample a round; empty where there is a reason
 * @param reason why there is no time; null where there is one
 */
public record Measurement(Variant variant, List<Double> samples, String reason) {
    public Measurement {
        samples = List.copyOf(samples);
        if (samples.isEmpty() == (reason == null)) {
            throw new IllegalArgumentException(
                    "Measurement: one of samples and reason must be given, got " + samples + " and " + reason);
        }
    }

    static Measurement failed(Variant variant, String reason) {
        return new Measurement(variant, List.of(), reason);
    }

    /** Whether there is a time. */
    public boolean measured() {
        return reason == null;
    }

    /** Seconds of one run. */
    public Spread seconds() {
        return Spread.of(samples.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
