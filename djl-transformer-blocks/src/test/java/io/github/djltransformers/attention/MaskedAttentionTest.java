package io.github.djltransformers.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskedAttentionTest {
    @EngineTest
    void attentionIsAsComputedByHand(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            // Scores ln 3 and 0 give weights 3/4 and 1/4; the third key is masked for the first query.
            float ln3 = (float) Math.log(3);
            NDArray query = manager.create(new float[] {1, 0}, new Shape(1, 1, 2, 1));
            NDArray key = manager.create(new float[] {ln3, 0, 5}, new Shape(1, 1, 3, 1));
            NDArray value = manager.create(new float[] {4, 8, 12}, new Shape(1, 1, 3, 1));
            NDArray keepMask =
                    manager.create(new boolean[] {true, true, false, true, true, true}, new Shape(1, 1, 2, 3));
            NDArray out = forward(manager, new ScaledDotProductAttention(1, 0), query, key, value, keepMask);
            assertArrayEquals(new float[] {5, 8}, out.toFloatArray(), 1e-6f);
        }
    }

    @EngineTest
    void queryWithNothingToAttendToYieldsZerosAndFiniteGradients(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Map<String, NDArray> inputs = new LinkedHashMap<>();
            inputs.put("query", Samples.normal(manager, DataType.FLOAT32, 1, 2, 2, 3, 4));
            inputs.put("key", Samples.normal(manager, DataType.FLOAT32, 2, 2, 2, 5, 4));
            inputs.put("value", Samples.normal(manager, DataType.FLOAT32, 3, 2, 2, 5, 4));
            inputs.values().forEach(input -> input.setRequiresGradient(true));
            NDList arguments = new NDList(inputs.values());
            arguments.add(Samples.keepMask(manager, 5, 4, 0));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray out = new ScaledDotProductAttention(0.5f, 0)
                        .forward(new ParameterStore(manager, false), arguments, true)
                        .singletonOrThrow();
                assertArrayEquals(new float[2 * 3 * 4], out.get("1").toFloatArray(), "the context of row 1");
                assertTrue(out.get("0").abs().min().toFloatArray()[0] > 0, "the context of row 0");
                collector.backward(out.square().sum());
            }
            inputs.forEach((name, input) -> {
                NDArray gradient = input.getGradient();
                assertTrue(gradient.get("0").abs().max().toFloatArray()[0] > 1e-3, name);
                for (float slope : gradient.get("1").toFloatArray()) {
                    assertEquals(0, slope, "the gradient of " + name + " in row 1");
                }
            });
        }
    }

    @EngineTest
    void queryWithNothingToAttendToLeavesTheOutputBias(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            MultiHeadAttention attention =
                    Samples.initialized(manager, DataType.FLOAT32, new MultiHeadAttention(AttentionConfig.of(4, 2)));
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 1, 2, 4);
            NDArray keepMask = manager.create(new boolean[] {true, true, false, false}, new Shape(1, 1, 2, 2));
            NDArray out = forward(manager, attention, x, x, x, keepMask);
            float[] bias = Samples.arrays(attention).get("output.bias").toFloatArray();
            assertArrayEquals(bias, out.get("0, 1").toFloatArray());
        }
    }

    /** MXNet's matrix products on the CPU are in FLOAT32 and FLOAT64. */
    @Test
    void queryWithNothingToAttendToLeavesTheOutputBiasInHalfPrecision() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            MultiHeadAttention attention = new MultiHeadAttention(AttentionConfig.of(4, 2));
            attention.initialize(manager, DataType.FLOAT16);
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 3, 1, 3, 4).toType(DataType.FLOAT16, false);
            NDArray keep = manager.create(new boolean[3], new Shape(1, 1, 1, 3));
            float[] output = attention
                    .forward(new ParameterStore(manager, false), new NDList(x, x, x, keep), false)
                    .head()
                    .toType(DataType.FLOAT32, false)
                    .toFloatArray();
            assertArrayEquals(new float[12], output);
        }
    }

    @EngineTest
    void masksBroadcast(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            MultiHeadAttention attention = Samples.initialized(
                    manager, DataType.FLOAT32, MultiHeadAttention.withWeights(AttentionConfig.of(6, 3)));
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 4, 6);
            ParameterStore store = new ParameterStore(manager, false);
            boolean[] row = {true, false, true, true};
            NDArray narrow = manager.create(row, new Shape(1, 1, 1, 4));
            boolean[] rows = new boolean[2 * 3 * 4 * 4];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row[i % 4];
            }
            NDArray wide = manager.create(rows, new Shape(2, 3, 4, 4));
            NDList broadcast = attention.forward(store, new NDList(x, x, x, narrow), false);
            NDList explicit = attention.forward(store, new NDList(x, x, x, wide), false);
            assertArrayEquals(explicit.get(0).toFloatArray(), broadcast.get(0).toFloatArray());
            assertArrayEquals(explicit.get(1).toFloatArray(), broadcast.get(1).toFloatArray());
            float[] weights = broadcast.get(1).toFloatArray();
            for (int i = 0; i < weights.length; i += 4) {
                assertEquals(0, weights[i + 1], "the weight of the masked key");
                assertEquals(1, weights[i] + weights[i + 2] + weights[i + 3], 1e-6);
            }
        }
    }

    private static NDArray forward(NDManager manager, Block block, NDArray... inputs) {
        return block.forward(new ParameterStore(manager, false), new NDList(inputs), false)
                .singletonOrThrow();
    }
}
