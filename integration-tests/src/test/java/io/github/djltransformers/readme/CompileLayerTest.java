package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;

class CompileLayerTest {
    @EngineTest
    void aCompiledLayerGivesWhatTheEagerOneDoes(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerLayer layer = CompileLayer.compiled(manager, Precision.FLOAT32);
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 64);
            NDArray compiled = CompileLayer.encode(layer, x);
            layer.setExecution(null);
            NDArray eager = CompileLayer.encode(layer, x);
            float worst = compiled.sub(eager).abs().max().getFloat();
            assertTrue(worst <= 1e-5f, "differs by " + worst);
        }
    }
}
