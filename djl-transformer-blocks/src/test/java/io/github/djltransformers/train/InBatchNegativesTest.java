package io.github.djltransformers.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.djltransformers.testing.EngineTest;
import org.junit.jupiter.api.Test;

class InBatchNegativesTest {
    private static final float[] VECTORS = {1, 0, 0.6f, 0.8f, 0.8f, 0.6f, 0, 1};

    private static double loss(double temperature, float... v) {
        double[][] s = new double[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                s[i][j] = (v[2 * i] * v[4 + 2 * j] + v[2 * i + 1] * v[5 + 2 * j]) / temperature;
            }
        }
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            double right = Math.exp(s[i][i]);
            sum += Math.log(right / (right + Math.exp(s[i][1 - i])))
                    + Math.log(right / (right + Math.exp(s[1 - i][i])));
        }
        return -sum / 4;
    }

    /** Written out for two pairs; the gradient is that of finite differences. */
    @EngineTest
    void theLossAndItsGradientAreThoseOfTheFormula(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine);
                GradientCollector collector = Engine.getEngine(engine).newGradientCollector()) {
            NDArray vectors = manager.create(VECTORS, new Shape(4, 2));
            vectors.setRequiresGradient(true);
            NDArray loss = new InBatchNegatives(0.5).evaluate(new NDList(), new NDList(vectors));
            assertEquals(loss(0.5, VECTORS), loss.getFloat(), 1e-6);
            collector.backward(loss);
            float[] gradient = vectors.getGradient().toFloatArray();
            for (int i = 0; i < VECTORS.length; i++) {
                float[] more = VECTORS.clone();
                float[] less = VECTORS.clone();
                more[i] += 1e-3f;
                less[i] -= 1e-3f;
                assertEquals((loss(0.5, more) - loss(0.5, less)) / 2e-3, gradient[i], 1e-3);
            }
        }
    }

    @Test
    void anOddNumberOfVectorsIsRefused() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Exception error = assertThrows(
                    IllegalArgumentException.class,
                    () -> new InBatchNegatives(1).evaluate(new NDList(), new NDList(manager.zeros(new Shape(3, 2)))));
            assertTrue(error.getMessage().contains("(2 N, E), got (3, 2)"), error.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new InBatchNegatives(0));
    }
}
