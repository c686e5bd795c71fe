package io.github.djltransformers.engine.mxnet;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.compile.Program;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.ops.TensorFunction;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.NativeMemory;
import io.github.djltransformers.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MxSymbolCompilerTest {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "MXNet");

    @AfterEach
    void close() {
        manager.close();
    }

    private Program compile(TensorFunction function, int inputs) {
        List<String> names = java.util.Collections.nCopies(inputs, "x");
        return new MxSymbolCompiler().compile(function, names, manager, CompilationConfig.DEFAULT);
    }

    private TransformerLayer layer() {
        return Samples.initialized(manager, DataType.FLOAT32, new TransformerLayer(LayerConfig.of(12, 3, 20)));
    }

    private void assertEqualsEager(TransformerBlock block, Program program, NDArray... inputs) {
        NDList given = new NDList(inputs);
        float[] eager = block.eager(new ParameterStore(manager, false), given, false)
                .singletonOrThrow()
                .toFloatArray();
        assertArrayEquals(eager, program.run(manager, given).singletonOrThrow().toFloatArray(), 1e-5f);
    }

    @Test
    void writesAGraphWithInputsAndWeights() {
        TransformerLayer layer = layer();
        MxSymbolOps ops = new MxSymbolOps();
        MxProgramSource source = ops.source(layer.apply(ops, List.of(ops.graph().input())));
        JsonObject graph = JsonParser.parseString(source.json()).getAsJsonObject();
        List<String> arguments = new ArrayList<>();
        JsonArray nodes = graph.getAsJsonArray("nodes");
        graph.getAsJsonArray("arg_nodes")
                .forEach(index -> arguments.add(nodes.get(index.getAsInt())
                        .getAsJsonObject()
                        .get("name")
                        .getAsString()));
        assertEquals(1, source.inputs());
        assertEquals(16, source.parameters().size());
        assertEquals(17, arguments.size());
        assertTrue(arguments.containsAll(List.of("x0", "w0", "w15")), arguments::toString);
        assertEquals(
                "[\"int\",10900]",
                graph.getAsJsonObject("attrs").get("mxnet_version").toString());
        assertEquals(1, graph.getAsJsonArray("heads").size());
    }

    @Test
    void oneProgramServesAllShapes() {
        TransformerLayer layer = layer();
        try (Program program = compile(layer, 2)) {
            for (int length : new int[] {1, 130, 7, 2, 7}) {
                for (int batch : new int[] {3, 1}) {
                    NDArray x = Samples.normal(manager, DataType.FLOAT32, length, batch, length, 12);
                    NDArray keep = manager.ones(new Shape(batch, 1, 1, length), DataType.BOOLEAN);
                    assertEqualsEager(layer, program, x, keep);
                }
            }
        }
    }

    @Test
    void sharesKeyHeadsWhateverTheirNumber() {
        TransformerBlock attention = new ScaledDotProductAttention(0.5f, 0);
        try (Program program = compile(attention, 3)) {
            for (int heads : new int[] {1, 2, 3, 6}) {
                assertEqualsEager(
                        attention,
                        program,
                        Samples.normal(manager, DataType.FLOAT32, 1, 2, 6, 5, 4),
                        Samples.normal(manager, DataType.FLOAT32, 2, 2, heads, 7, 4),
                        Samples.normal(manager, DataType.FLOAT32, 3, 2, heads, 7, 3));
            }
        }
    }

    @Test
    void seesChangedAndReplacedWeights() {
        TransformerLayer layer = layer();
        NDArray x = Samples.normal(manager, DataType.FLOAT32, 5, 2, 4, 12);
        try (Program program = compile(layer, 1)) {
            assertEqualsEager(layer, program, x);
            Samples.arrays(layer).values().forEach(array -> array.muli(1.5f));
            assertEqualsEager(layer, program, x);
            layer.getParameters().values().forEach(parameter -> {
                NDArray replacement = parameter.getArray().mul(0.5f);
                parameter.close();
                parameter.setShape(null);
                parameter.setArray(replacement);
            });
            assertEqualsEager(layer, program, x);
        }
    }

    @Test
    void refusesIdsOutsideTheVocabulary() {
        InputEmbedding embedding =
                Samples.initialized(manager, DataType.FLOAT32, new InputEmbedding(Samples.scaledEmbedding(7, 4)));
        try (Program program = compile(embedding, 1)) {
            assertEqualsEager(embedding, program, manager.create(new int[] {6, 0}, new Shape(1, 2)));
            NDList tooLarge = new NDList(manager.create(new long[] {1, 7}, new Shape(1, 2)));
            requireRejected(
                    "embedding: ids must be in [0, 7), got 7; the tokenizer and the model must share one vocabulary",
                    () -> program.run(manager, tooLarge));
            NDList negative = new NDList(manager.create(new int[] {-1}, new Shape(1, 1)));
            requireRejected(
                    "embedding: ids must be in [0, 7), got -1; the tokenizer and the model must share one vocabulary",
                    () -> program.run(manager, negative));
        }
    }

    @Test
    void failingCallsLeaveNothingBehind() {
        Positions positions = new Positions(PositionKind.SINUSOIDAL, 4, 6);
        positions.initialize(manager, DataType.FLOAT32);
        try (Program program = compile(positions, 1)) {
            NDList tooLong = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 1, 5, 6));
            int before = NativeMemory.arraysOfTheProcess(manager);
            for (int i = 0; i < 50; i++) {
                assertThrows(EngineException.class, () -> program.run(manager, tooLong));
            }
            assertEquals(before, NativeMemory.arraysOfTheProcess(manager));
            assertEqualsEager(positions, program, Samples.normal(manager, DataType.FLOAT32, 1, 2, 4, 6));
        }
    }

    @Test
    void threadsShareAProgram() throws Exception {
        TransformerLayer layer = layer();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Program program = compile(layer, 1)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                NDArray x = Samples.normal(manager, DataType.FLOAT32, i, i, 3 * i, 12);
                float[] eager = layer.eager(new ParameterStore(manager, false), new NDList(x), false)
                        .singletonOrThrow()
                        .toFloatArray();
                runs.add(threads.submit(() -> {
                    for (int call = 0; call < 100; call++) {
                        try (NDManager scratch = manager.newSubManager()) {
                            NDArray y = program.run(scratch, new NDList(x)).singletonOrThrow();
                            assertArrayEquals(eager, y.toFloatArray(), 1e-5f);
                        }
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aClosedProgramSaysSo() {
        Program program = compile(layer(), 1);
        program.close();
        program.close();
        NDList x = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 1, 2, 12));
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> program.run(manager, x));
        assertEquals(
                "MxModule: program must be open, got a closed one; its model has been closed", thrown.getMessage());
    }

    @Test
    void computesInFloat32Only() {
        MxSymbolCompiler compiler = new MxSymbolCompiler();
        compiler.requireSupport(Device.cpu(), Precision.FLOAT32);
        for (Precision other : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
            UnsupportedOperationException thrown = assertThrows(
                    UnsupportedOperationException.class, () -> compiler.requireSupport(Device.cpu(), other));
            assertEquals("MXNet programs compute in FLOAT32 only, not in " + other, thrown.getMessage());
        }
    }
}
