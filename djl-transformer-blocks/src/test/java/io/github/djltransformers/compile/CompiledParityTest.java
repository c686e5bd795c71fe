package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compiled equals eager, for every block of the library, each program serving every shape and mask. */
class CompiledParityTest {
    @Test
    void everyBlockHasACase() throws Exception {
        Set<String> covered = ParityCase.all().stream()
                .map(parityCase -> parityCase.block().getClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(blocksOfTheLibrary(), covered);
    }

    private static Set<String> blocksOfTheLibrary() throws Exception {
        Path classes = Path.of(TransformerBlock.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> blocks = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.endsWith("package-info.class"))
                    .toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                Class<?> type = Class.forName(name, false, CompiledParityTest.class.getClassLoader());
                if (TransformerBlock.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                    blocks.add(name);
                }
            }
        }
        return blocks;
    }

    @EngineTest
    void programsEqualEagerBlocks(String engine) {
        Compilers.exact(engine).forEach(config -> programsEqualEagerBlocks(engine, config));
    }

    private static void programsEqualEagerBlocks(String engine, CompilationConfig config) {
        Parity parity = new Parity();
        for (ParityCase parityCase : ParityCase.all()) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                TransformerBlock block = parityCase.initialized(manager);
                ParameterStore store = new ParameterStore(manager, false);
                for (int given = parityCase.required(); given <= block.inputs().size(); given++) {
                    try (Program program =
                            Compilers.of(engine).compile(block, block.inputs().subList(0, given), manager, config)) {
                        compare(parity, parityCase, given, store, program);
                    }
                }
            }
        }
        parity.verify(engine + " programs, weights " + config.weights());
    }

    private static void compare(
            Parity parity, ParityCase parityCase, int given, ParameterStore store, Program program) {
        TransformerBlock block = parityCase.block();
        for (int index = 0; index < Draw.COUNT; index++) {
            try (NDManager scratch = store.getManager().newSubManager()) {
                Draw draw = new Draw(scratch, index, given);
                NDList inputs = parityCase.inputs().apply(draw).subNDList(0, given);
                String name = parityCase.name() + " with " + given + " inputs, " + draw;
                parity.compare(name, block.eager(store, inputs, false), program.run(scratch, inputs));
            }
        }
    }

    /** As it is shipped: by forward, after installing, every number of inputs on one block. */
    @EngineTest
    void installedBlocksEqualEagerOnes(String engine) {
        Parity parity = new Parity();
        int programs = 0;
        try (LogLines log = new LogLines()) {
            for (ParityCase parityCase : ParityCase.all()) {
                try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                    TransformerBlock block = parityCase.initialized(manager);
                    ParameterStore store = new ParameterStore(manager, false);
                    CompiledExecution.install(block, manager, Compilers.in(Precision.FLOAT32));
                    for (int index = 0; index < Draw.COUNT; index++) {
                        int optional = block.inputs().size() - parityCase.required() + 1;
                        int given = parityCase.required() + index % optional;
                        try (NDManager scratch = manager.newSubManager()) {
                            Draw draw = new Draw(scratch, index, 77);
                            NDList inputs = parityCase.inputs().apply(draw).subNDList(0, given);
                            String name = parityCase.name() + " with " + given + " inputs, " + draw;
                            parity.compare(
                                    name, block.eager(store, inputs, false), block.forward(store, inputs, false));
                        }
                    }
                    programs += block.inputs().size() - parityCase.required() + 1;
                }
            }
            assertEquals(programs, log.lines().size(), "one line a program: " + log.lines());
            assertEquals(
                    programs,
                    log.lines().stream()
                            .filter(line -> line.contains(" runs compiled on " + engine))
                            .count(),
                    log.lines()::toString);
        }
        parity.verify(engine + " installed");
    }

    @EngineTest
    void nothingRunsEagerlyOnceCompiled(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EagerRuns block = Samples.initialized(manager, DataType.FLOAT32, new EagerRuns());
            ParameterStore store = new ParameterStore(manager, false);
            CompiledExecution.install(block, manager, Compilers.in(Precision.FLOAT32));
            NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, EagerRuns.SIZE));
            block.forward(store, inputs, false);
            int toCompare = block.count();
            assertEquals(1, toCompare);
            for (int i = 0; i < 10; i++) {
                block.forward(store, inputs, false);
            }
            assertEquals(toCompare, block.count());
            block.forward(store, inputs, true);
            assertEquals(toCompare + 1, block.count(), "training is eager");
        }
    }
}
