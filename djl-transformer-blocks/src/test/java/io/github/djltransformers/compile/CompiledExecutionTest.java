package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.StrangeCompilers.InexactMXNet;
import io.github.djltransformers.compile.StrangeCompilers.InexactOnnx;
import io.github.djltransformers.compile.StrangeCompilers.InexactPyTorch;
import io.github.djltransformers.compile.StrangeCompilers.Unlinked;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Rejections;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a block runs on, and the one line that says so. */
class CompiledExecutionTest {
    private static final List<Class<? extends Compiler>> INEXACT = List.of(InexactPyTorch.class, InexactMXNet.class);

    /** Runs twice and returns what was logged; the result must be the eager one to the bit if it says so. */
    private static List<String> run(String engine, DataType type, Precision precision) {
        return run(engine, type, Compilers.in(precision));
    }

    private static List<String> run(String engine, DataType type, CompilationConfig config) {
        try (LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, type, new EagerRuns());
            ParameterStore store = new ParameterStore(manager, false);
            CompiledExecution.install(block, manager, config);
            assertEquals(List.of(), log.lines(), "nothing is compiled before it is used");
            NDList inputs = new NDList(Samples.normal(manager, type, 1, 2, 5, EagerRuns.SIZE));
            NDArray first = block.forward(store, inputs, false).head();
            NDArray second = block.forward(store, inputs, false).head();
            List<String> lines = log.lines();
            if (lines.toString().contains("eager on")) {
                NDArray eager = block.eager(store, inputs, false).head();
                assertArrayEquals(eager.toByteArray(), first.toByteArray());
                assertArrayEquals(eager.toByteArray(), second.toByteArray());
            }
            return lines;
        }
    }

    @EngineTest
    void saysWhatItRunsOn(String engine) {
        List<String> lines = run(engine, DataType.FLOAT32, Precision.FLOAT32);
        assertEquals(1, lines.size(), lines::toString);
        String language = Compilers.of(engine).language();
        String said = "INFO EagerRuns runs compiled on %s (%s, FLOAT32), ".formatted(engine, language);
        assertTrue(lines.get(0).startsWith(said), lines::toString);
        assertTrue(lines.get(0).matches(".*, \\d\\.\\de[+-]\\d\\d from eager"), lines::toString);
    }

    @EngineTest
    void staysEagerWithoutACompiler(String engine) {
        String reason = "java.lang.UnsupportedOperationException: there is no compiler for " + engine;
        for (List<Class<? extends Compiler>> none :
                List.<List<Class<? extends Compiler>>>of(List.of(), List.of(Unlinked.class))) {
            try (StrangeCompilers strange = new StrangeCompilers(none)) {
                assertEquals(
                        List.of("INFO EagerRuns stays eager on " + engine + ": " + reason),
                        run(engine, DataType.FLOAT32, Precision.FLOAT32));
            }
        }
    }

    /** Views are not contiguous, so that programs may need copies of them. */
    @EngineTest
    void viewsAreReadAndLeaveNothing(String engine) {
        for (CompilationConfig config : Compilers.runtimes(engine)) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
                ParameterStore store = new ParameterStore(manager, false);
                NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, EagerRuns.SIZE, 5, 2)
                        .transpose(2, 1, 0));
                float[] expected = block.eager(store, inputs, false).head().toFloatArray();
                CompiledExecution.install(block, manager, config);
                block.forward(store, inputs, false).close();
                int before = manager.getManagedArrays().size();
                for (int i = 0; i < 3; i++) {
                    try (NDList outputs = block.forward(store, inputs, false)) {
                        assertArrayEquals(expected, outputs.head().toFloatArray(), 1e-5f);
                    }
                }
                assertEquals(before, manager.getManagedArrays().size());
            }
        }
    }

    @EngineTest
    void onnxRuntimeTakesModelsOfPyTorch(String engine) {
        CompilationConfig onnx =
                CompilationConfig.builder().optRuntime(Runtime.ONNX).build();
        List<String> lines = run(engine, DataType.FLOAT32, onnx);
        String said = engine.equals("PyTorch")
                ? "INFO EagerRuns runs compiled on PyTorch (ONNX Runtime, FLOAT32), "
                : "INFO EagerRuns stays eager on " + engine
                        + ": java.lang.UnsupportedOperationException: there is no compiler"
                        + " for " + engine
                        + " and ONNX; com.microsoft.onnxruntime:onnxruntime must be on the class path, and"
                        + " the engine be PyTorch";
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith(said), lines::toString);
    }

    /** Without anybody asking. */
    @EngineTest
    void onnxRuntimeIsTakenWhereItCan(String engine) {
        List<String> lines = run(engine, DataType.FLOAT32, CompilationConfig.DEFAULT);
        boolean can = engine.equals("PyTorch");
        String language = can ? "ONNX Runtime" : Compilers.of(engine).language();
        String said = "INFO EagerRuns runs compiled on %s (%s, FLOAT32), ".formatted(engine, language);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith(said), lines::toString);
    }

    @Test
    void theEngineIsTakenWhereOnnxRuntimeHasNotThePrecision() {
        CompilationConfig half =
                CompilationConfig.builder().optPrecision(Precision.BFLOAT16).build();
        List<String> lines = run("PyTorch", DataType.FLOAT32, half);
        assertTrue(
                lines.get(0).startsWith("INFO EagerRuns runs compiled on PyTorch (TorchScript, BFLOAT16), "),
                lines::toString);
    }

    @Test
    void theEngineIsTakenWhereOnnxRuntimeIsWrong() {
        Class<? extends Compiler> right = Compilers.of("PyTorch").getClass();
        try (StrangeCompilers strange = new StrangeCompilers(List.of(InexactOnnx.class, right))) {
            List<String> lines = run("PyTorch", DataType.FLOAT32, CompilationConfig.DEFAULT);
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(
                    lines.get(0)
                            .startsWith("INFO EagerRuns does not run in ONNX Runtime: the compiled result differs by "),
                    lines::toString);
            assertTrue(
                    lines.get(1).startsWith("INFO EagerRuns runs compiled on PyTorch (TorchScript, FLOAT32), "),
                    lines::toString);
        }
    }

    @EngineTest
    void aPrecisionThatTheCompilerHasNotIsRefused(String engine) {
        try (StrangeCompilers strange = new StrangeCompilers(INEXACT)) {
            assertEquals(
                    "CompilationConfig: precision must be one that the engine computes in, got INT8: Nonsense is written in"
                            + " FLOAT32 only",
                    assertThrows(IllegalArgumentException.class, () -> run(engine, DataType.FLOAT32, Precision.INT8))
                            .getMessage());
        }
    }

    @EngineTest
    void staysEagerWithParametersOfAnotherType(String engine) {
        assertEquals(
                List.of("INFO EagerRuns stays eager on " + engine
                        + ": java.lang.UnsupportedOperationException: parameters must be FLOAT32, got FLOAT64 for"
                        + " layer.self_attention.query.weight"),
                run(engine, DataType.FLOAT64, Precision.FLOAT32));
    }

    @EngineTest
    void staysEagerWhereTheResultIsTooFar(String engine) {
        try (StrangeCompilers strange = new StrangeCompilers(INEXACT)) {
            assertEquals(
                    List.of("INFO EagerRuns stays eager on " + engine
                            + ": the compiled result differs by 1.0e-03, more than 1.0e-04"),
                    run(engine, DataType.FLOAT32, Precision.FLOAT32));
        }
        assertEquals(0, StrangeCompilers.Inexact.OPEN.get(), "a program that is not used must be freed");
    }

    @EngineTest
    void decodingStaysEagerWhereItsResultIsTooFar(String engine) {
        try (StrangeCompilers strange = new StrangeCompilers(INEXACT);
                LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            var model = TinyModels.encoderDecoder(manager);
            CompiledExecution.install(model, manager, Compilers.in(Precision.FLOAT32));
            openTwice(model, manager);
            assertEquals(1, log.lines().size());
            String said = "INFO EncoderDecoderTransformer's decoding stays eager on " + engine
                    + ": the compiled result differs by ";
            assertTrue(log.lines().get(0).startsWith(said), log.lines()::toString);
        }
        assertEquals(0, StrangeCompilers.Inexact.OPEN.get(), "a program that is not used must be freed");
    }

    @EngineTest
    void decodingStaysEagerWhereTheCompilerFails(String engine) {
        try (StrangeCompilers strange = new StrangeCompilers(INEXACT);
                LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            var model = TinyModels.languageModel(manager);
            CompiledExecution.install(model, manager, Compilers.in(Precision.FLOAT32));
            openTwice(model, manager);
            assertEquals(
                    List.of("INFO DecoderLanguageModel's decoding stays eager on " + engine
                            + ": java.lang.IllegalStateException: Nonsense has no word for DecoderLanguageModel"),
                    log.lines());
        }
    }

    private static void openTwice(GenerativeModel model, NDManager manager) {
        for (int i = 0; i < 2; i++) {
            try (DecodingBatch batch = TinyModels.installed(model, manager, beginning())) {
                assertInstanceOf(EagerDecodingBatch.class, batch);
            }
        }
    }

    private static TokenRows beginning() {
        return TokenRows.of(List.of(new int[] {4, 8, 9}), 0);
    }

    @EngineTest
    void decodingSaysWhatItRunsOn(String engine) {
        try (LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            var model = TinyModels.languageModel(manager);
            CompiledExecution.install(model, manager, Compilers.in(Precision.FLOAT32));
            for (int i = 0; i < 2; i++) {
                TinyModels.installed(model, manager, beginning()).close();
            }
            assertEquals(1, log.lines().size(), log.lines()::toString);
            String said = "INFO DecoderLanguageModel's decoding runs compiled on %s (%s, FLOAT32), "
                    .formatted(engine, Compilers.of(engine).language());
            assertTrue(log.lines().get(0).startsWith(said), log.lines()::toString);
        }
    }

    @EngineTest
    void optionTurnsItOff(String engine) {
        try (LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
            CompiledExecution.install(block, manager, Compilers.in(Precision.FLOAT32));
            CompiledExecution.install(
                    block,
                    manager,
                    CompilationConfig.builder().optCompile(false).build());
            assertNull(block.execution());
            NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, EagerRuns.SIZE));
            block.forward(new ParameterStore(manager, false), inputs, false);
            assertEquals(1, block.count());
            assertEquals(List.of(), log.lines());
        }
    }

    /** Arguments are checked before the program sees them, in the words of the eager block. */
    @EngineTest
    void wrongShapesAreRefusedAsByTheEagerBlock(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
            ParameterStore store = new ParameterStore(manager, false);
            CompiledExecution.install(block, manager, Compilers.in(Precision.FLOAT32));
            block.forward(store, new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 12)), false);
            NDList wrong = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 11));
            Rejections.requireRejected(
                    "TransformerLayer: x must be (B, T, 12) of a floating type, got (2, 5, 11) FLOAT32",
                    () -> block.forward(store, wrong, false));
        }
    }

    /** Engines would fail in a way of their own, or take another row of the table. */
    @EngineTest
    void wrongIdsAreRefusedAsByTheEagerBlock(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            ParameterStore store = new ParameterStore(manager, false);
            CompiledExecution.install(model, manager, Compilers.in(Precision.FLOAT32));
            model.forward(store, new NDList(manager.create(new long[][] {{0, 36}})), false);
            String rule = "embedding: ids must be in [0, 37), got %d; the tokenizer and the model must share one"
                    + " vocabulary";
            NDList beyond = new NDList(manager.create(new long[][] {{0, 37}}));
            Rejections.requireRejected(rule.replace("%d", "37"), () -> model.forward(store, beyond, false));
            NDList below = new NDList(manager.create(new int[][] {{-1, 3}}));
            Rejections.requireRejected(rule.replace("%d", "-1"), () -> model.forward(store, below, false));
        }
    }
}
