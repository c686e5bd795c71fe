package io.github.djltransformers.benchmark;

import io.github.djltransformers.compile.Precision;

/**
 * What one run must read from memory, however well it computes, where that and not arithmetic bounds it.
 *
 * @param weightBytes of weights in float32, each time they are read
 * @param otherBytes of what stays float32, such as caches
 */
public record Reads(double weightBytes, double otherBytes) {
    /** The bytes with weights kept in a precision. */
    double bytes(Precision precision) {
        return weightBytes
                        * switch (precision) {
                            case FLOAT32 -> 1;
                            case BFLOAT16 -> 0.5;
                            case INT8 -> 0.25;
                        }
                + otherBytes;
    }
}
