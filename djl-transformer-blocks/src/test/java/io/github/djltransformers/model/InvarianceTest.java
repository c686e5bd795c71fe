package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.Map;

/** What a model's output must not depend on. */
class InvarianceTest {
    private static final int V = TinyModels.VOCABULARY;

    @EngineTest
    void laterTargetTokensChangeNothingBefore(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            NDArray source = Samples.ids(manager, 1, V, 2, 5);
            NDArray keepMask = Samples.keepMask(manager, 5, 5, 3);
            NDArray before = forward(manager, model, source, keepMask, target(manager, 4));
            NDArray after = forward(manager, model, source, keepMask, target(manager, 5));
            requireChangeFrom(3, before, after);
        }
    }

    @EngineTest
    void laterTokensChangeNothingBeforeInALanguageModel(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = TinyModels.languageModel(manager);
            requireChangeFrom(
                    3, forward(manager, model, target(manager, 4)), forward(manager, model, target(manager, 5)));
        }
    }

    /** (2, 6), with the given id at position 3. */
    private static NDArray target(NDManager manager, long id) {
        return manager.create(new long[] {1, 2, 3, id, 5, 6, 7, 8, 9, id, 10, 11}, new Shape(2, 6));
    }

    private static void requireChangeFrom(int position, NDArray before, NDArray after) {
        String head = ":, :" + position;
        assertArrayEquals(before.get(head).toFloatArray(), after.get(head).toFloatArray(), "up to the change");
        for (long t = position; t < before.getShape().get(1); t++) {
            float change =
                    before.get(":, " + t).sub(after.get(":, " + t)).abs().max().toFloatArray()[0];
            assertTrue(change > 1e-4, "position " + t + " must change, got " + change);
        }
    }

    @EngineTest
    void rowsOfABatchDontDependOnEachOther(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            NDArray source = Samples.ids(manager, 1, V, 3, 5);
            NDArray otherSource = Samples.ids(manager, 2, V, 2, 5);
            NDArray keepMask = Samples.keepMask(manager, 5, 4, 5, 2);
            NDArray target = Samples.ids(manager, 3, V, 3, 4);
            NDArray otherTarget = Samples.ids(manager, 4, V, 2, 4);
            float[] together =
                    forward(manager, model, source, keepMask, target).get("0").toFloatArray();
            float[] amongOthers = forward(
                            manager,
                            model,
                            source.get("0:1").concat(otherSource, 0),
                            Samples.keepMask(manager, 5, 4, 1, 0),
                            target.get("0:1").concat(otherTarget, 0))
                    .get("0")
                    .toFloatArray();
            float[] alone = forward(
                            manager, model, source.get("0:1"), Samples.keepMask(manager, 5, 4), target.get("0:1"))
                    .toFloatArray();
            assertArrayEquals(together, amongOthers, "in another batch of this size");
            assertArrayEquals(together, alone, 1e-5f, "in a batch of its own");
        }
    }

    @EngineTest
    void paddingChangesNothing(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            NDArray source = Samples.ids(manager, 1, V, 2, 4);
            NDArray target = Samples.ids(manager, 2, V, 2, 3);
            NDArray bare = forward(manager, model, source, Samples.keepMask(manager, 4, 4, 4), target);
            NDArray keepMask = Samples.keepMask(manager, 7, 4, 4);
            NDArray padded =
                    forward(manager, model, source.concat(Samples.ids(manager, 3, V, 2, 3), 1), keepMask, target);
            NDArray paddedOtherwise =
                    forward(manager, model, source.concat(Samples.ids(manager, 4, V, 2, 3), 1), keepMask, target);
            assertArrayEquals(padded.toFloatArray(), paddedOtherwise.toFloatArray(), "other ids in the padding");
            assertArrayEquals(bare.toFloatArray(), padded.toFloatArray(), 1e-5f, "no padding");
            NDArray longer = forward(
                    manager,
                    model,
                    source,
                    Samples.keepMask(manager, 4, 4, 4),
                    target.concat(Samples.ids(manager, 5, V, 2, 4), 1));
            assertArrayEquals(bare.toFloatArray(), longer.get(":, :3").toFloatArray(), 1e-5f, "target padding");
        }
    }

    @EngineTest
    void sourceOfPaddingAloneGivesFiniteLogitsAndGradients(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            Map<String, NDArray> parameters = Samples.arrays(model);
            parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
            NDList inputs = new NDList(
                    Samples.ids(manager, 1, V, 2, 4),
                    Samples.keepMask(manager, 4, 4, 0),
                    Samples.ids(manager, 2, V, 2, 3));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray logits = model.forward(new ParameterStore(manager, false), inputs, true)
                        .singletonOrThrow();
                requireFinite("logits", logits);
                collector.backward(logits.square().mean());
            }
            parameters.forEach((name, parameter) -> requireFinite("gradient of " + name, parameter.getGradient()));
        }
    }

    private static void requireFinite(String what, NDArray array) {
        assertTrue(array.getDataType() == DataType.FLOAT32, what);
        for (float value : array.toFloatArray()) {
            assertTrue(Float.isFinite(value), what + " has " + value);
        }
    }

    private static NDArray forward(NDManager manager, Block block, NDArray... inputs) {
        return block.forward(new ParameterStore(manager, false), new NDList(inputs), false)
                .singletonOrThrow();
    }
}
