package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs for ONNX Runtime have few operators, its own among them; exported files have ONNX's alone. */
class OrtOpsTest {
    private static final LayerConfig LAYER = LayerConfig.of(16, 2, 24).withNorm(NormPlacement.PRE);

    private static Map<String, Integer> operators(boolean own, NDManager manager, LayerConfig config) {
        TransformerBlock layer = new TransformerLayer(config);
        Samples.initialized(manager, DataType.FLOAT32, layer);
        OnnxGraph graph = new OnnxGraph(Map.of());
        OnnxOps ops = own ? new OrtOps(graph, Precision.FLOAT32) : new OnnxOps(graph);
        List<OnnxValue> inputs = Stream.of(graph.input("x")).toList();
        graph.output("y", OnnxType.FLOAT, ops.unfolded(layer.apply(ops, inputs).get(0)));
        return graph.nodes().stream()
                .collect(Collectors.toMap(
                        node -> (node.domain() + " " + node.operator()).trim(), node -> 1, Integer::sum, TreeMap::new));
    }

    @EngineTest
    void aLayerIsFewOperators(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Map<String, Integer> own = operators(true, manager, LAYER);
            assertEquals(1, own.get("com.microsoft MultiHeadAttention"), own.toString());
            assertEquals(1, own.get("com.microsoft SkipLayerNormalization"), own.toString());
            assertEquals(1, own.get("LayerNormalization"), own.toString());
            assertEquals(6, own.get("Gemm"), own.toString());
            assertTrue(!own.containsKey("Softmax") && !own.containsKey("Identity"), own.toString());
        }
    }
}
