package io.github.djltransformers.attention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.FiniteDifferences;
import io.github.djltransformers.testing.Samples;
import java.util.Map;

class AttentionGradientTest {
    @EngineTest
    void gradientsEqualFiniteDifferences(String engine) {
        Closeness closeness = new Closeness(1e-7);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            AttentionConfig config = new AttentionConfig(4, 3, 5, 2, true, 0);
            MultiHeadAttention attention =
                    Samples.initialized(manager, DataType.FLOAT64, new MultiHeadAttention(config));
            NDArray query = Samples.normal(manager, DataType.FLOAT64, 1, 2, 3, 4);
            NDArray key = Samples.normal(manager, DataType.FLOAT64, 2, 2, 4, 3);
            NDArray value = Samples.normal(manager, DataType.FLOAT64, 3, 2, 4, 5);
            NDArray weight = Samples.normal(manager, DataType.FLOAT64, 4, 2, 3, 4);
            NDArray keepMask = Samples.keepMask(manager, 4, 4, 2);
            Map<String, NDArray> variables = Samples.arrays(attention);
            variables.put("input query", query);
            variables.put("input key", key);
            variables.put("input value", value);
            ParameterStore store = new ParameterStore(manager, false);
            FiniteDifferences.compare(
                    manager,
                    variables,
                    new NDList(keepMask, weight),
                    () -> {
                        NDList inputs = new NDList(query, key, value, keepMask);
                        NDArray out = attention.forward(store, inputs, true).singletonOrThrow();
                        return out.mul(weight).sum();
                    },
                    closeness);
        }
        closeness.verify("MultiHeadAttention's differences on " + engine);
    }
}
