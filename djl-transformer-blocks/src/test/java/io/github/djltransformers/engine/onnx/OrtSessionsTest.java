package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Runtime;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.testing.Samples;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A small call runs on one thread, others on all, in sessions of their own with the same weights. */
class OrtSessionsTest {
    private static final LayerConfig LAYER = LayerConfig.of(128, 4, 256);

    /** Four maps of D times D, two of D times F: 61 tokens are a small call, 62 are not. */
    @Test
    void productsAreThoseOfLinearMaps() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            for (Precision precision : new Precision[] {Precision.FLOAT32, Precision.INT8}) {
                OnnxGraph graph = new OnnxGraph(Map.of());
                OnnxOps ops = new OrtOps(
                        graph,
                        CompilationConfig.builder().optPrecision(precision).build());
                OnnxValue x = graph.input("x");
                graph.output(
                        "y",
                        OnnxType.FLOAT,
                        ops.unfolded(layer.apply(ops, List.of(x)).get(0)));
                assertEquals(4 * 128 * 128 + 2 * 128 * 256, graph.products());
            }
        }
    }

    @Test
    void smallCallsHaveASessionOfTheirOwn() throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            OnnxGraph graph = new OnnxGraph(Map.of());
            OnnxOps ops = new OrtOps(graph, CompilationConfig.DEFAULT);
            OnnxValue x = layer.apply(ops, List.of(graph.input("x"))).get(0);
            graph.output("y", OnnxType.FLOAT, ops.unfolded(x));
            ByteArrayOutputStream model = new ByteArrayOutputStream();
            new OnnxFile(graph, "layer", Map.of()).modelOfGiven(graph::isFolded).writeTo(model);
            try (OrtSessions sessions = new OrtSessions(graph, model.toByteArray(), false, graph::isFolded)) {
                assertSame(sessions.of(1), sessions.of(61));
                assertSame(sessions.of(62), sessions.of(1000));
                assertEquals(OrtSessions.threads() == 1, sessions.of(61) == sessions.of(62));
            }
        }
    }

    @Test
    void bothSessionsComputeTheSameAndSeeNewWeights() {
        CompilationConfig config = CompilationConfig.builder()
                .optRuntime(Runtime.ONNX)
                .optWeights(WeightStorage.PACKED)
                .build();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerLayer layer = Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LAYER));
            CompiledExecution.install(layer, manager, config);
            NDArray many = Samples.normal(manager, DataType.FLOAT32, 3, 8, 16, 128);
            NDArray few = many.get("0:1");
            for (int changes = 0; changes < 2; changes++) {
                float[] expected = layer.eager(store(manager), new NDList(many), false)
                        .head()
                        .toFloatArray();
                float[] all = layer.forward(store(manager), new NDList(many), false)
                        .head()
                        .toFloatArray();
                float[] one = layer.forward(store(manager), new NDList(few), false)
                        .head()
                        .toFloatArray();
                assertArrayEquals(expected, all, 1e-5f);
                assertEquals(new Shape(1, 16, 128).size(), one.length);
                for (int i = 0; i < one.length; i++) {
                    assertEquals(expected[i], one[i], 1e-5f);
                }
                layer.getParameters().forEach(pair -> pair.getValue().getArray().muli(1.1));
            }
        }
    }

    private static ParameterStore store(NDManager manager) {
        return new ParameterStore(manager, false);
    }
}
