package io.github.djltransformers.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SixteenBitFloatsTest {

    /** The value of a pattern by the standard's formula, in double arithmetic. */
    private static double value(int bits, int exponentBits, int fractionBits) {
        int sign = bits >>> 15;
        int exponent = (bits >>> fractionBits) & ((1 << exponentBits) - 1);
        int fraction = bits & ((1 << fractionBits) - 1);
        int bias = (1 << (exponentBits - 1)) - 1;
        double magnitude;
        if (exponent == (1 << exponentBits) - 1) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * Math.pow(2, 1 - bias - fractionBits);
        } else {
            magnitude = (1 + fraction / Math.pow(2, fractionBits)) * Math.pow(2, exponent - bias);
        }
        return sign == 0 ? magnitude : -magnitude;
    }

    @Test
    void everyFloat16PatternWidensByFormulaAndComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float widened = Float16.toFloat((short) bits);
            double expected = value(bits, 5, 10);
            assertEquals(expected, widened, "pattern " + Integer.toHexString(bits));
            if (!Double.isNaN(expected)) {
                assertEquals((short) bits, Float16.fromFloat(widened), "pattern " + Integer.toHexString(bits));
            }
        }
    }

    @Test
    void everyBFloat16PatternWidensByFormulaAndComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float widened = BFloat16.toFloat((short) bits);
            double expected = value(bits, 8, 7);
            assertEquals(expected, widened, "pattern " + Integer.toHexString(bits));
            if (!Double.isNaN(expected)) {
                assertEquals((short) bits, BFloat16.fromFloat(widened), "pattern " + Integer.toHexString(bits));
            }
        }
    }

    @Test
    void float16RoundsToNearestAndTiesToEven() {
        for (int low = 0; low < 0x7c00; low++) {
            // 65536 stands in for infinity: the value that follows 65504 if the exponent range went on
            double above = low == 0x7bff ? 65536 : value(low + 1, 5, 10);
            float middle = (float) ((value(low, 5, 10) + above) / 2);
            String at = "between " + low + " and its successor";
            int even = low % 2 == 0 ? low : low + 1;
            for (int sign : new int[] {0, 0x8000}) {
                float signed = sign == 0 ? 1 : -1;
                assertEquals((short) (sign | even), Float16.fromFloat(signed * middle), at);
                assertEquals((short) (sign | low), Float16.fromFloat(signed * Math.nextDown(middle)), at);
                assertEquals((short) (sign | low + 1), Float16.fromFloat(signed * Math.nextUp(middle)), at);
            }
        }
    }

    @Test
    void bfloat16RoundsToNearestAndTiesToEven() {
        for (int low = 0; low < 0x7f80; low++) {
            double above = low == 0x7f7f ? 0x1p128 : value(low + 1, 8, 7);
            float middle = (float) ((value(low, 8, 7) + above) / 2);
            String at = "between " + low + " and its successor";
            int even = low % 2 == 0 ? low : low + 1;
            for (int sign : new int[] {0, 0x8000}) {
                float signed = sign == 0 ? 1 : -1;
                assertEquals((short) (sign | even), BFloat16.fromFloat(signed * middle), at);
                assertEquals((short) (sign | low), BFloat16.fromFloat(signed * Math.nextDown(middle)), at);
                assertEquals((short) (sign | low + 1), BFloat16.fromFloat(signed * Math.nextUp(middle)), at);
            }
        }
    }

    @Test
    void extremesKeepTheirKind() {
        assertEquals((short) 0x7c00, Float16.fromFloat(Float.MAX_VALUE));
        assertEquals((short) 0xfc00, Float16.fromFloat(Float.NEGATIVE_INFINITY));
        assertEquals((short) 0x0000, Float16.fromFloat(Float.MIN_VALUE));
        assertEquals((short) 0x8000, Float16.fromFloat(-0f));
        assertTrue(Float.isNaN(Float16.toFloat(Float16.fromFloat(Float.intBitsToFloat(0x7f800001)))));
        assertEquals((short) 0x7f80, BFloat16.fromFloat(Float.POSITIVE_INFINITY));
        assertEquals((short) 0x8000, BFloat16.fromFloat(-0f));
        assertTrue(Float.isNaN(BFloat16.toFloat(BFloat16.fromFloat(Float.intBitsToFloat(0x7f800001)))));
    }
}
