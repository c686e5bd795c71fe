package io.github.djltransformers.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.WeightStorage;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Programs for ONNX Runtime have few operators, its own among them; exported files have ONNX's alone. */
class OrtOpsTest {
    private static final LayerConfig LAYER = LayerConfig.of(16, 2, 24).withNorm(NormPlacement.PRE);

    private static Map<String, Integer> operators(boolean own, NDManager manager, LayerConfig config) {
        TransformerBlock layer = new TransformerLayer(config);
        Samples.initialized(manager, DataType.FLOAT32, layer);
        OnnxGraph graph = new OnnxGraph(Map.of());
        OnnxOps ops = own ? new OrtOps(graph, CompilationConfig.DEFAULT) : new OnnxOps(graph);
        List<OnnxValue> inputs = Stream.of(graph.input("x")).toList();
        graph.output("y", OnnxType.FLOAT, ops.unfolded(layer.apply(ops, inputs).get(0)));
        return counted(graph);
    }

    private static Map<String, Integer> counted(OnnxGraph graph) {
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

    private static Map<String, Integer> step(GenerativeModel model) {
        OrtDecoding decoding = new OrtDecoding(model, CompilationConfig.DEFAULT);
        return counted(decoding.stepGraph(new OrtDecoding.Step(true, false, false, false)));
    }

    @EngineTest
    void aStepIsFewOperators(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerConfig config = new TransformerConfig(LAYER, 4, 4, 20, 32, PositionKind.SINUSOIDAL, true);
            Map<String, Integer> own =
                    step(Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config)));
            assertEquals(8, own.get("com.microsoft MultiHeadAttention"), own.toString());
            assertEquals(12, own.get("com.microsoft SkipLayerNormalization"), own.toString());
            int all = own.values().stream().mapToInt(Integer::intValue).sum();
            assertTrue(all <= 110, all + " of " + own);
        }
    }

    /** Caches of whole models are written in place, those of heads of another size are not. */
    @EngineTest
    void keysAreNotCopied(String engine) {
        for (int heads : new int[] {2, 4}) {
            LayerConfig layer = LayerConfig.of(16, heads, 24);
            TransformerConfig config = new TransformerConfig(layer, 2, 3, 20, 32, PositionKind.SINUSOIDAL, true);
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                OrtDecoding decoding = new OrtDecoding(
                        Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config)),
                        CompilationConfig.DEFAULT);
                assertEquals(heads == 2, decoding.hasRoom(true));
                Map<String, Integer> own =
                        counted(decoding.stepGraph(new OrtDecoding.Step(true, false, true, heads == 2)));
                assertEquals(heads == 2 ? 3 : 0, own.getOrDefault("com.microsoft GroupQueryAttention", 0));
                assertEquals(6, own.get("com.microsoft MultiHeadAttention") + (heads == 2 ? 3 : 0), own.toString());
            }
        }
    }

    /** Where the runtime has weights of its own: three maps fewer in each layer. */
    @EngineTest
    void queriesKeysAndValuesAreOneMap(String engine) {
        LayerConfig layer = LayerConfig.of(16, 2, 24);
        TransformerConfig config = new TransformerConfig(layer, 2, 3, 20, 32, PositionKind.SINUSOIDAL, true);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model =
                    Samples.initialized(manager, DataType.FLOAT32, new EncoderDecoderTransformer(config));
            assertEquals(3 * 8 + 1, maps(model, CompilationConfig.builder(), "Gemm"));
            assertEquals(3 * 6 + 1, maps(model, CompilationConfig.builder().optWeights(WeightStorage.PACKED), "Gemm"));
            assertEquals(
                    3 * 6 + 1,
                    maps(
                            model,
                            CompilationConfig.builder().optPrecision(Precision.INT8),
                            "com.microsoft DynamicQuantizeMatMul"));
        }
    }

    private static int maps(GenerativeModel model, CompilationConfig.Builder config, String operator) {
        OrtDecoding decoding = new OrtDecoding(model, config.build());
        return counted(decoding.stepGraph(new OrtDecoding.Step(true, false, false, true)))
                .get(operator);
    }

    /** Heads that share keys read them where they are, and turned ones attend in one operator, unless they share too. */
    @EngineTest
    void keysAreNotRepeated(String engine) {
        for (int keys : new int[] {1, 2}) {
            AttentionConfig attention =
                    AttentionConfig.of(16, 2).withHeads(keys, 8).withRotary(new RotaryConfig(8, 100, null));
            LayerConfig layer = LAYER.withAttention(attention);
            TransformerConfig config = new TransformerConfig(layer, 3, 3, 20, 32, PositionKind.NONE, true);
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                Map<String, Integer> own =
                        step(Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config)));
                assertEquals(
                        keys == 2 ? 3 : 0, own.getOrDefault("com.microsoft MultiHeadAttention", 0), own.toString());
                assertEquals(0, own.getOrDefault("Div", 0), own.toString());
            }
        }
    }

    /** A bias of each head does not fit heads that are told as tokens. */
    @Test
    void keysAreRepeatedForABiasOfEachHead() {
        for (boolean byHead : new boolean[] {false, true}) {
            OnnxGraph graph = new OnnxGraph(Map.of());
            OnnxOps ops = new OnnxOps(graph);
            OnnxValue query = graph.input("query").withHeads(4).withSingle(true);
            OnnxValue key = graph.input("key").withHeads(2);
            OnnxValue bias = graph.input("bias");
            AttentionMask<OnnxValue> mask = byHead ? ops.biased(null, bias) : new AttentionMask<>(bias, null);
            graph.output("y", OnnxType.FLOAT, ops.attend(query, key, key, mask, ScoreScale.of(1), 0));
            assertEquals(byHead ? 1 : 0, counted(graph).getOrDefault("Div", 0));
        }
    }
}
