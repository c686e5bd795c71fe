package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.safetensors.FloatStorage;
import io.github.djltransformers.saved.ModelWeights;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Programs read the parameters of their block, whatever has become of these since. */
class SharedWeightsTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);

    @TempDir
    private Path folder;

    /** A block, compiled, and its program made anew from the same parameters. */
    private static final class Compiled {
        final TransformerStack block = new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm()));
        private final NDList inputs;
        private final NDManager manager;
        private final CompilationConfig config;

        Compiled(NDManager manager, CompilationConfig config) {
            this.manager = manager;
            this.config = config;
            Samples.initialized(manager, DataType.FLOAT32, block);
            inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 5, 3, 9, 12));
            CompiledExecution.install(block, manager, config);
        }

        float[] output() {
            return values(block.forward(store(), inputs, false));
        }

        float[] eager() {
            return values(block.eager(store(), inputs, false));
        }

        /** A store keeps the arrays that it has given out, so that each call needs one of its own. */
        private ParameterStore store() {
            return new ParameterStore(manager, false);
        }

        float[] programMadeNow() {
            try (Program program = Compilers.of(manager.getEngine().getEngineName(), config.runtime())
                    .compile(block, block.inputs().subList(0, 1), manager, config)) {
                return values(program.run(manager, inputs));
            }
        }

        Parameter aParameter() {
            return ParameterNames.of(block).get("layers.1.feed_forward.inner.weight");
        }
    }

    private static float[] values(NDList outputs) {
        return outputs.head().toFloatArray();
    }

    private interface Change {
        void of(Compiled compiled) throws Exception;
    }

    /** The change must be seen by the program there is, in full. */
    private static void requireSeen(String engine, CompilationConfig config, Change change) throws Exception {
        try (LogLines log = new LogLines();
                NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Compiled compiled = new Compiled(manager, config);
            float[] before = compiled.output();
            assertArrayEquals(before, compiled.output());
            change.of(compiled);
            float[] after = compiled.output();
            assertFalse(Arrays.equals(before, after), "the change is not seen");
            assertArrayEquals(compiled.programMadeNow(), after);
            if (config.precision() == Precision.FLOAT32) {
                Parity parity = new Parity();
                float[] eager = compiled.eager();
                for (int i = 0; i < eager.length; i++) {
                    parity.compare("output " + i, eager[i], after[i]);
                }
                parity.verify(engine + " after a change");
            }
            assertEquals(1, log.lines().size(), log.lines()::toString);
        }
    }

    private static void changeInPlace(Compiled compiled) {
        NDArray array = compiled.aParameter().getArray();
        array.muli(-1.5f);
        assertSame(array, compiled.aParameter().getArray());
    }

    /** PyTorch keeps the array, and has its values elsewhere then. */
    private static void setAll(NDArray array) {
        float[] values = array.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= -1.5f;
        }
        array.set(values);
    }

    private void loadWeights(Compiled compiled) throws Exception {
        Path file = folder.resolve("model.safetensors");
        TransformerStack other = new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm()));
        other.initialize(compiled.manager, DataType.FLOAT32);
        ModelWeights.save(other, file, FloatStorage.FLOAT32);
        NDArray array = compiled.aParameter().getArray();
        ModelWeights.load(compiled.block, compiled.manager, file);
        assertNotSame(array, compiled.aParameter().getArray());
    }

    private static void loadParameters(Compiled compiled) throws Exception {
        TransformerStack other = new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm()));
        other.initialize(compiled.manager, DataType.FLOAT32);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        other.saveParameters(new DataOutputStream(bytes));
        compiled.block.loadParameters(
                compiled.manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    @EngineTest
    void changesInPlaceAreSeen(String engine) throws Exception {
        for (CompilationConfig config : Compilers.all(engine)) {
            requireSeen(engine, config, SharedWeightsTest::changeInPlace);
            requireSeen(engine, config, compiled -> setAll(compiled.aParameter().getArray()));
        }
    }

    @EngineTest
    void loadedWeightsAreSeen(String engine) throws Exception {
        for (CompilationConfig config : Compilers.all(engine)) {
            requireSeen(engine, config, this::loadWeights);
            requireSeen(engine, config, SharedWeightsTest::loadParameters);
        }
    }

    @EngineTest
    void decodingSeesChanges(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            for (CompilationConfig config : Compilers.all(engine)) {
                CompiledExecution.install(model, manager, config);
                float before = first(model, manager);
                assertEquals(before, first(model, manager));
                NDArray array = ParameterNames.of(model)
                        .get("decoder.layers.0.feed_forward.outer.weight")
                        .getArray();
                setAll(array);
                float set = first(model, manager);
                assertNotEquals(before, set);
                array.muli(1.4f);
                float after = first(model, manager);
                assertNotEquals(set, after);
                try (DecodingProgram program =
                                Compilers.of(engine, config.runtime()).compile(model, manager, config);
                        DecodingBatch batch = ProgramBatch.open(program, model, manager, beginning())) {
                    assertEquals(logProb(batch), after);
                }
            }
        }
    }

    /** A training that went wrong is told by every program, but one of int8 in PyTorch: PyTorch itself refuses to round such weights. */
    @EngineTest
    void weightsThatAreNoNumbersAreTold(String engine) {
        List<CompilationConfig> configs = Compilers.all(engine).stream()
                .filter(config -> !config.equals(Compilers.in(Precision.INT8)))
                .toList();
        for (CompilationConfig config : configs) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                DecoderLanguageModel model = TinyModels.languageModel(manager);
                CompiledExecution.install(model, manager, config);
                first(model, manager);
                NDArray array = ParameterNames.of(model)
                        .get("decoder.layers.0.feed_forward.outer.weight")
                        .getArray();
                array.muli(Float.NaN);
                String message = assertThrows(IllegalStateException.class, () -> first(model, manager))
                        .getMessage();
                assertEquals(
                        "Candidates: log-probabilities must be numbers, got NaN in row 0; the model's parameters or its"
                                + " input hold NaN or infinity",
                        message,
                        config.toString());
            }
        }
    }

    private static TokenRows beginning() {
        return TokenRows.of(List.of(new int[] {4, 8, 9}), 0);
    }

    private static float first(DecoderLanguageModel model, NDManager manager) {
        try (DecodingBatch batch = TinyModels.installed(model, manager, beginning())) {
            return logProb(batch);
        }
    }

    private static float logProb(DecodingBatch batch) {
        Candidates candidates = batch.advance(new int[] {7}, 1);
        return candidates.logProb(0, 0);
    }

    /** Forward in a training step is eager; the next prediction is compiled and sees what the step has made. */
    @EngineTest
    void trainingStepsAreSeen(String engine) {
        for (CompilationConfig config : Compilers.all(engine)) {
            try (LogLines log = new LogLines();
                    Model model = Model.newInstance("tiny", Device.cpu(), engine)) {
                TransformerStack block = new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm()));
                model.setBlock(block);
                DefaultTrainingConfig training = new DefaultTrainingConfig(Loss.l2Loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.sgd()
                                .setLearningRateTracker(Tracker.fixed(0.05f))
                                .build());
                try (Trainer trainer = model.newTrainer(training)) {
                    trainer.initialize(new Shape(2, 7, 12));
                    NDManager manager = model.getNDManager();
                    CompiledExecution.install(block, manager, config);
                    train(trainer, block, config);
                }
                assertEquals(1, log.lines().size(), log.lines()::toString);
            }
        }
    }

    private static void train(Trainer trainer, TransformerBlock block, CompilationConfig config) {
        NDManager manager = trainer.getManager();
        ParameterStore store = new ParameterStore(manager, false);
        NDList inputs = new NDList(Samples.normal(manager, DataType.FLOAT32, 1, 2, 7, 12));
        NDList labels = new NDList(Samples.normal(manager, DataType.FLOAT32, 2, 2, 7, 12));
        float[] before = values(trainer.evaluate(inputs));
        for (int step = 0; step < 5; step++) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(trainer.getLoss().evaluate(labels, trainer.forward(inputs, labels)));
            }
            trainer.step();
            float[] after = values(trainer.evaluate(inputs));
            assertFalse(Arrays.equals(before, after), "step " + step + " is not seen");
            before = after;
            try (Program program = Compilers.of(manager.getEngine().getEngineName(), config.runtime())
                    .compile(block, block.inputs().subList(0, 1), manager, config)) {
                assertArrayEquals(values(program.run(manager, inputs)), after);
            }
            float[] eager = values(block.eager(store, inputs, false));
            if (config.precision() == Precision.FLOAT32) {
                assertArrayEquals(eager, after, (float) Parity.TOLERANCE);
            }
        }
    }
}
