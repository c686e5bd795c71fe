package io.github.djltransformers.safetensors;

/** Conversion between FLOAT32 and bfloat16, which is the upper 16 bits of a FLOAT32. */
final class BFloat16 {
    private static final int QUIET = 0x0040;

    private BFloat16() {}

    /** Widens exactly. */
    static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }

    /** Rounds to the nearest value, ties to even; NaN stays NaN. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | QUIET);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
