package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.Searches;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.MemoryTrace;
import io.github.djltransformers.testing.NativeMemory;
import io.github.djltransformers.testing.Samples;
import io.github.djltransformers.testing.Soak;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/** Programs among threads, over long runs and after their model. */
class CompiledLifeCycleTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 10;
    private static final int CALLS = Soak.rounds(50_000);
    private static final int LOOKS = 16;
    private static final int MODELS_A_LOOK = Soak.rounds(10);
    private static final GenerationConfig BEAMS = GenerationConfig.beam(4, 12, 2);

    /** Threads begin together, so that they also meet at the first use. */
    private static <T> List<T> together(Callable<T> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(
                    IntStream.range(0, THREADS).mapToObj(i -> task).toList())) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    @EngineTest
    void threadsShareOneProgram(String engine) throws Exception {
        for (CompilationConfig config : Compilers.runtimes(engine)) {
            threadsShareOneProgram(engine, config);
        }
    }

    private static void threadsShareOneProgram(String engine, CompilationConfig config) throws Exception {
        try (LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
            CompiledExecution.install(block, manager, config);
            List<List<float[]>> results = together(() -> runs(block, manager));
            assertEquals(1, log.lines().size(), log.lines()::toString);
            assertTrue(log.lines().get(0).contains("runs compiled"), log.lines()::toString);
            assertEquals(1, block.count(), "one comparison");
            List<float[]> alone = runs(block, manager);
            for (List<float[]> result : results) {
                for (int i = 0; i < alone.size(); i++) {
                    assertArrayEquals(alone.get(i), result.get(i), "run " + i);
                }
            }
        }
    }

    private static List<float[]> runs(EagerRuns block, NDManager parent) {
        List<float[]> outputs = new ArrayList<>();
        ParameterStore store = new ParameterStore(parent, false);
        for (int i = 0; i < 100; i++) {
            try (NDManager manager = parent.newSubManager()) {
                NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, i, 1 + i % 3, 1 + i % 7, 12));
                outputs.add(block.forward(store, inputs, false).head().toFloatArray());
            }
        }
        return outputs;
    }

    /** New models, for threads to meet at the first use of each part of a program. */
    @EngineTest
    void threadsWriteByOneProgram(String engine) throws Exception {
        for (CompilationConfig config : Compilers.runtimes(engine)) {
            threadsWriteByOneProgram(engine, config);
        }
    }

    private static void threadsWriteByOneProgram(String engine, CompilationConfig config) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (LogLines log = new LogLines();
                    NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
                CompiledExecution.install(model, manager, config);
                List<List<List<GeneratedSequence>>> results = together(() -> search(model, manager));
                assertEquals(1, log.lines().size(), log.lines()::toString);
                List<List<GeneratedSequence>> alone = search(model, manager);
                for (List<List<GeneratedSequence>> result : results) {
                    assertEquals(alone, result);
                }
            }
        }
    }

    private static List<List<GeneratedSequence>> search(EncoderDecoderTransformer model, NDManager manager) {
        List<List<GeneratedSequence>> found = new ArrayList<>();
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            TokenRows rows = TokenRows.of(
                    List.of(
                            TinyModels.tokens(random, 3),
                            TinyModels.tokens(random, 1 + seed),
                            TinyModels.tokens(random, 4)),
                    0);
            try (DecodingBatch batch = TinyModels.installed(model, manager, rows)) {
                found.addAll(Searches.run(batch, BEAMS, 1));
            }
        }
        return found;
    }

    /** Every tenth call fails: in the checks before the program, or inside the engine. */
    @Tag(Soak.TAG)
    @EngineTest
    void nothingIsHeldAfterCalls(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
            CompiledExecution.install(block, manager, Compilers.in(Precision.FLOAT32));
            ParameterStore store = new ParameterStore(manager, false);
            try (Program program = Compilers.of(engine)
                    .compile(block, block.inputs().subList(0, 1), manager, Compilers.in(Precision.FLOAT32))) {
                MemoryTrace trace = new MemoryTrace(manager);
                for (int call = 0; call < CALLS; call++) {
                    if (call % (CALLS / LOOKS) == 0) {
                        trace.look();
                    }
                    try (NDManager scratch = manager.newSubManager()) {
                        boolean wrong = call % 10 == 9;
                        NDList inputs = new NDList(scratch.ones(shape(1 + call % 3, wrong ? 11 : 12)));
                        if (call % 20 == 9) {
                            assertThrows(IllegalArgumentException.class, () -> block.forward(store, inputs, false));
                        } else if (wrong) {
                            assertThrows(RuntimeException.class, () -> program.run(scratch, inputs));
                        } else {
                            block.forward(store, inputs, false);
                        }
                    }
                }
                trace.assertFlat();
            }
        }
    }

    private static Shape shape(long length, long size) {
        return new Shape(1, length, size);
    }

    @Tag(Soak.TAG)
    @EngineTest
    void nothingIsHeldAfterDecoding(String engine) {
        Compilers.runtimes(engine).forEach(config -> nothingIsHeldAfterDecoding(engine, config));
    }

    private static void nothingIsHeldAfterDecoding(String engine, CompilationConfig config) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            CompiledExecution.install(model, manager, config);
            // Long enough that a tensor of each batch, if it were held, would show.
            Random random = new Random(1);
            List<int[]> sources = new ArrayList<>();
            for (int source = 0; source < 12; source++) {
                sources.add(TinyModels.tokens(random, 60 - source));
            }
            TokenRows padded = TokenRows.of(sources, 0);
            TokenRows unpadded = TokenRows.of(sources.subList(0, 1), 0);
            TokenRows wrong = TokenRows.of(List.of(new int[] {TinyModels.VOCABULARY}), 0);
            MemoryTrace trace = new MemoryTrace(manager);
            int batches = CALLS / 50;
            for (int call = 0; call < batches; call++) {
                if (call % (batches / LOOKS) == 0) {
                    trace.look();
                }
                if (call % 10 == 9) {
                    assertThrows(IllegalArgumentException.class, () -> TinyModels.installed(model, manager, wrong));
                }
                try (DecodingBatch batch = TinyModels.installed(model, manager, call % 2 == 0 ? padded : unpadded)) {
                    if (call % 10 == 5) {
                        batch.advance(new int[batch.rows()], 3);
                        assertThrows(IllegalArgumentException.class, () -> batch.advance(new int[batch.rows() + 1], 3));
                        int[] none = {batch.rows()};
                        assertThrows(RuntimeException.class, () -> {
                            batch.select(none);
                            batch.advance(new int[1], 3);
                        });
                    } else {
                        Searches.run(batch, BEAMS, 1);
                    }
                }
            }
            trace.assertFlat();
        }
    }

    @EngineTest
    void closingTheModelClosesItsPrograms(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            int before = NativeMemory.arraysOfTheProcess(manager);
            NDManager owner = manager.newSubManager();
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(owner);
            CompiledExecution.install(model, owner, Compilers.in(Precision.FLOAT32));
            TokenRows rows = TokenRows.of(List.of(new int[] {3, 4}), 0);
            ParameterStore store = new ParameterStore(manager, false);
            try (NDManager scratch = manager.newSubManager()) {
                NDList inputs = new NDList(
                        Samples.ids(scratch, 1, 9, 2, 3),
                        Samples.keepMask(scratch, 3, 3, 2),
                        Samples.ids(scratch, 2, 9, 2, 4));
                model.forward(store, inputs, false);
                DecodingBatch open = TinyModels.installed(model, scratch, rows);
                open.advance(new int[] {1}, 2);
                owner.close();
                String message = "program must be open, got a closed one; its model has been closed";
                for (IllegalStateException e : List.of(
                        assertThrows(IllegalStateException.class, () -> model.forward(store, inputs, false)),
                        assertThrows(IllegalStateException.class, () -> open.advance(new int[] {1}, 2)),
                        assertThrows(IllegalStateException.class, () -> TinyModels.installed(model, scratch, rows)))) {
                    assertTrue(e.getMessage().endsWith(message), e::getMessage);
                }
                open.close();
            }
            assertEquals(before, NativeMemory.arraysOfTheProcess(manager));
        }
    }

    @Tag(Soak.TAG)
    @EngineTest
    void nothingIsHeldAfterModels(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            MemoryTrace trace = new MemoryTrace(manager);
            for (int model = 0; model < MODELS_A_LOOK * LOOKS; model++) {
                if (model % MODELS_A_LOOK == 0) {
                    trace.look();
                }
                try (NDManager owner = manager.newSubManager()) {
                    EncoderDecoderTransformer block = TinyModels.encoderDecoder(owner);
                    CompiledExecution.install(block, owner, Compilers.in(Precision.FLOAT32));
                    TinyModels.installed(block, owner, TokenRows.of(List.of(new int[] {3, 4}), 0))
                            .close();
                }
            }
            trace.assertFlat();
        }
    }
}
