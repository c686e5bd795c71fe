package io.github.djltransformers.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.EngineTest;
import java.util.Map;

class NDArrayOpsTest {
    /** At -1, 0 and 2: Phi(-1) = 0.158655254, Phi(2) = 0.977249868; the logistic function 0.268941421 and 0.880797078. */
    private static final Map<ActivationFunction, float[]> ACTIVATIONS = Map.ofEntries(
            Map.entry(ActivationFunction.RELU, new float[] {0, 0, 2}),
            Map.entry(ActivationFunction.GELU, new float[] {-0.158655254f, 0, 1.954499736f}),
            Map.entry(ActivationFunction.GELU_TANH, new float[] {-0.158808009f, 0, 1.954597694f}),
            Map.entry(ActivationFunction.QUICK_GELU, new float[] {-0.154204234f, 0, 1.935658623f}),
            Map.entry(ActivationFunction.SWISH, new float[] {-0.268941421f, 0, 1.761594156f}),
            Map.entry(ActivationFunction.TANH, new float[] {-0.761594156f, 0, 0.964027580f}),
            Map.entry(ActivationFunction.SIGMOID, new float[] {0.268941421f, 0.5f, 0.880797078f}),
            Map.entry(ActivationFunction.SQUARED_RELU, new float[] {0, 0, 4}),
            Map.entry(ActivationFunction.RELU6, new float[] {0, 0, 2}),
            Map.entry(ActivationFunction.LEAKY_RELU, new float[] {-0.01f, 0, 2}),
            Map.entry(ActivationFunction.MISH, new float[] {-0.303401461f, 0, 1.943958960f}),
            Map.entry(ActivationFunction.IDENTITY, new float[] {-1, 0, 2}));

    @EngineTest
    void activationsHaveTheirValues(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), false);
            NDArray x = manager.create(new float[] {-1, 0, 2});
            for (ActivationFunction function : ActivationFunction.values()) {
                assertArrayEquals(
                        ACTIVATIONS.get(function), ops.activate(x, function).toFloatArray(), 5e-7f, function.name());
            }
        }
    }

    @EngineTest
    void headsAreSplitAndMerged(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), false);
            NDArray x = manager.create(new float[] {0, 1, 2, 3, 10, 11, 12, 13}, new Shape(1, 2, 4));
            NDArray heads = ops.splitHeads(x, 2);
            assertEquals(new Shape(1, 2, 2, 2), heads.getShape());
            assertArrayEquals(new float[] {0, 1, 10, 11, 2, 3, 12, 13}, heads.toFloatArray());
            assertArrayEquals(x.toFloatArray(), ops.mergeHeads(heads).toFloatArray());
        }
    }

    /** Drawn for T 3 with the first key of the second row padded; . is attended, X not. */
    @EngineTest
    void causalMaskJoinsTheTriangleAndTheKeepMask(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArrayOps ops = new NDArrayOps(new ParameterStore(manager, false), false);
            NDArray x = manager.zeros(new Shape(2, 3, 4));
            NDArray keepMask =
                    manager.create(new boolean[] {true, true, true, false, true, true}, new Shape(2, 1, 1, 3));
            AttentionMask<NDArray> mask = ops.spanMask(keepMask, x, null, AttentionSpan.CAUSAL);
            assertEquals(".XX ..X ... XXX X.X X..", drawn(mask.scoreBias()));
            assertArrayEquals(
                    new float[] {1, 1, 1, 0, 1, 1},
                    mask.attendable().toFloatArray(),
                    "queries with a key to attend to");
            AttentionMask<NDArray> triangle = ops.spanMask(null, x, null, AttentionSpan.CAUSAL);
            assertEquals(".XX ..X ...", drawn(triangle.scoreBias()));
            assertNull(triangle.attendable());
            assertNull(ops.attentionMask(null, x));
        }
    }

    private static String drawn(NDArray scoreBias) {
        StringBuilder picture = new StringBuilder();
        float[] values = scoreBias.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            picture.append(i > 0 && i % 3 == 0 ? " " : "").append(values[i] == 0 ? '.' : 'X');
        }
        return picture.toString();
    }
}
