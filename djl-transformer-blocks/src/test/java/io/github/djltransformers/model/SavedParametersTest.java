package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.testing.EngineNames;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** DJL's own parameter files, and weights that are used twice. */
class SavedParametersTest {
    private static final int V = TinyModels.VOCABULARY;

    @TempDir
    Path directory;

    @EngineTest
    void parametersSavedHereLoadOnEveryEngine(String engine) throws Exception {
        try (Model saved = Model.newInstance("tiny", Device.cpu(), engine)) {
            EncoderDecoderTransformer original = TinyModels.encoderDecoder(saved.getNDManager());
            saved.setBlock(original);
            saved.save(directory, "tiny");
            float[] logits = logits(saved);
            for (String other : EngineNames.all()) {
                try (Model loaded = Model.newInstance("tiny", Device.cpu(), other)) {
                    loaded.setBlock(new EncoderDecoderTransformer(TinyModels.config()));
                    loaded.load(directory, "tiny");
                    String from = engine + " to " + other;
                    Map<String, Parameter> expected = ParameterNames.of(original);
                    Map<String, Parameter> actual = ParameterNames.of(loaded.getBlock());
                    assertEquals(expected.keySet(), actual.keySet());
                    actual.forEach((name, parameter) ->
                            assertArrayEquals(values(expected.get(name)), values(parameter), from + " " + name));
                    assertArrayEquals(logits, logits(loaded), other.equals(engine) ? 0 : 1e-5f, from);
                    requireTied(loaded);
                }
            }
        }
    }

    @EngineTest
    void trainingStepMovesTiedWeightsTogetherAndLeavesConstants(String engine) {
        try (Model model = Model.newInstance("tiny", Device.cpu(), engine)) {
            model.setBlock(TinyModels.encoderDecoder(model.getNDManager()));
            requireTied(model);
            Map<String, Parameter> parameters = ParameterNames.of(model.getBlock());
            float[] embedding = values(parameters.get("embedding.weight"));
            float[] positions = values(parameters.get("embedding.positions.weight"));
            step(model);
            assertFalse(Arrays.equals(embedding, values(parameters.get("embedding.weight"))), "the embedding");
            assertArrayEquals(positions, values(parameters.get("embedding.positions.weight")), "the sinusoidal table");
            requireTied(model);
        }
    }

    private static void step(Model model) {
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .build());
        try (Trainer trainer = model.newTrainer(config);
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList inputs = inputs(manager);
            trainer.initialize(inputs.getShapes());
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray logits = trainer.forward(inputs).singletonOrThrow();
                collector.backward(logits.square().mean());
            }
            trainer.step();
        }
    }

    /** The rows that ids look up and the matrix that logits are made with are the same parameter. */
    private static void requireTied(Model model) {
        try (NDManager manager = model.getNDManager().newSubManager()) {
            InputEmbedding embedding =
                    (InputEmbedding) model.getBlock().getChildren().get("01embedding");
            ParameterStore store = new ParameterStore(manager, false);
            float[] rows = values(ParameterNames.of(model.getBlock()).get("embedding.weight"));
            NDArray ids = manager.arange(0, V, 1, DataType.INT64).reshape(V, 1);
            float[] embedded = embedding
                    .forward(store, new NDList(ids), false)
                    .singletonOrThrow()
                    .reshape(V, 6, 2)
                    .sub(manager.create(new float[] {0, 1})) // the first position's sine and cosine
                    .div((float) Math.sqrt(12))
                    .toFloatArray();
            assertArrayEquals(rows, embedded, 1e-6f);
            NDArray unit = manager.eye(12).expandDims(0);
            float[] projected = embedding
                    .logits(new NDArrayOps(store, false), unit, null)
                    .transpose(0, 2, 1)
                    .toFloatArray();
            assertArrayEquals(rows, projected);
        }
    }

    private static NDList inputs(NDManager manager) {
        return new NDList(
                Samples.ids(manager, 1, V, 2, 5), Samples.keepMask(manager, 5, 5, 3), Samples.ids(manager, 2, V, 2, 4));
    }

    private static float[] logits(Model model) {
        Block block = model.getBlock();
        try (NDManager manager = model.getNDManager().newSubManager()) {
            return block.forward(new ParameterStore(manager, false), inputs(manager), false)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    private static float[] values(Parameter parameter) {
        return parameter.getArray().toFloatArray();
    }
}
