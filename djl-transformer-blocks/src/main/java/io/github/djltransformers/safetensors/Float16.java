package io.github.djltransformers.safetensors;

/** Conversion between FLOAT32 and IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
final class Float16 {
    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7c00;
    private static final int QUIET = 0x0200;
    /** Bits of 65520, the lowest magnitude that rounds beyond the largest finite value 65504. */
    private static final int OVERFLOW = 0x477ff000;
    /** Bits of 2^-14, the smallest normal value. */
    private static final int SMALLEST_NORMAL = 0x38800000;
    /** The difference 127 - 15 of the two exponent biases. */
    private static final int BIAS_DIFFERENCE = 112;

    private Float16() {}

    /** Widens exactly. */
    static float toFloat(short half) {
        int sign = (half & SIGN) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude < 0x0400) { // zero or subnormal: a multiple of 2^-24
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude * 0x1p-24f));
        }
        int exponent = magnitude >= INFINITY ? 0xff : (magnitude >>> 10) + BIAS_DIFFERENCE;
        return Float.intBitsToFloat(sign | exponent << 23 | (magnitude & 0x03ff) << 13);
    }

    /** Rounds to the nearest value, ties to even; magnitudes of 65520 and more become infinite, NaN stays NaN. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & SIGN;
        int magnitude = bits & 0x7fffffff;
        int half;
        if (Float.isNaN(value)) {
            half = INFINITY | QUIET | magnitude >>> 13 & 0x03ff;
        } else if (magnitude >= OVERFLOW) {
            half = INFINITY;
        } else if (magnitude < SMALLEST_NORMAL) {
            half = (int) Math.rint(Math.abs((double) value) * 0x1p24);
        } else {
            int rounded = magnitude + 0x0fff + (magnitude >>> 13 & 1);
            half = (rounded >>> 13) - (BIAS_DIFFERENCE << 10);
        }
        return (short) (sign | half);
    }
}
