package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/** Weights are rounded to whole numbers of seven bits with a scale for each output. */
class QuantizedWeightTest {
    @Test
    void eachOutputHasAScaleOfItsOwn() {
        float[] weight = {6.3f, -0.14f, 0.16f, 0, 0, 0, -126, 63, 1};
        QuantizedWeight rounded = QuantizedWeight.of(FloatBuffer.wrap(weight), new Shape(3, 3));
        float[] scales = new float[3];
        rounded.scales().get(0, scales);
        assertEquals(0.1f, scales[0], 1e-7f);
        assertEquals(1, scales[1]);
        assertEquals(2, scales[2]);
        assertEquals(16, QuantizedWeight.columns(new Shape(3, 3)));
        assertEquals(32, QuantizedWeight.columns(new Shape(32, 3)));
        byte[][] expected = {{63, 0, -63}, {-1, 0, 32}, {2, 0, 1}}; // (in, out)
        for (int i = 0; i < 3; i++) {
            for (int o = 0; o < 16; o++) {
                assertEquals(o < 3 ? expected[i][o] : 0, rounded.values().get(i * 16 + o), i + ", " + o);
            }
        }
    }
}
