package io.github.djltransformers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.function.Consumer;

/** Whatever a forward pass makes belongs to the manager of its inputs, and nothing to that of the parameters. */
class ArrayOwnershipTest {
    private static final int V = TinyModels.VOCABULARY;

    @EngineTest
    void twoThousandForwardPassesLeaveNoArraysBehind(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerConfig config =
                    new TransformerConfig(LayerConfig.of(4, 1, 4), 0, 1, V, 4, PositionKind.SINUSOIDAL, false);
            DecoderLanguageModel model =
                    Samples.initialized(manager, DataType.FLOAT32, new DecoderLanguageModel(config));
            requireNothingKept(
                    manager,
                    2000,
                    scope -> model.forward(
                            new ParameterStore(scope, false), new NDList(Samples.ids(scope, 1, V, 1, 2)), false));
        }
    }

    @EngineTest
    void forwardPassesWithMasksLeaveNoArraysBehind(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = TinyModels.encoderDecoder(manager);
            requireNothingKept(
                    manager,
                    10,
                    scope -> model.forward(
                            new ParameterStore(scope, false),
                            new NDList(
                                    Samples.ids(scope, 1, V, 1, 3),
                                    Samples.keepMask(scope, 3, 2),
                                    Samples.ids(scope, 2, V, 1, 2)),
                            false));
        }
    }

    private static void requireNothingKept(NDManager manager, int passes, Consumer<NDManager> forward) {
        long owned = ownedBy(manager);
        NDManager system = manager.getParentManager();
        int systemOwned = system.getManagedArrays().size();
        for (int pass = 0; pass < passes; pass++) {
            try (NDManager scope = manager.newSubManager()) {
                forward.accept(scope);
                assertEquals(owned, ownedBy(manager), "in pass " + pass);
            }
        }
        assertEquals(owned, ownedBy(manager));
        assertEquals(systemOwned, system.getManagedArrays().size());
    }

    /** Those of sub-managers, which {@link NDManager#getManagedArrays} lists too, don't count. */
    private static long ownedBy(NDManager manager) {
        return manager.getManagedArrays().stream()
                .filter(array -> array.getManager() == manager)
                .count();
    }

    @EngineTest
    void decodingLeavesNothingWithTheModel(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer transformer = TinyModels.encoderDecoder(manager);
            long owned = ownedBy(manager);
            try (NDManager scope = manager.newSubManager()) {
                NDArrayOps ops = new NDArrayOps(new ParameterStore(scope, false), false);
                NDArray next = Samples.ids(scope, 1, V, 2, 1);
                DecoderState<NDArray> state =
                        transformer.begin(ops, Samples.ids(scope, 1, V, 2, 3), Samples.keepMask(scope, 3, 3, 2));
                for (int t = 0; t < 5; t++) {
                    DecoderOutput<NDArray> step = transformer.decode(ops, next, state);
                    assertEquals(scope, step.logits().getManager());
                    state = step.state().select(ops, scope.create(new long[] {1, 0}));
                    assertEquals(scope, state.past().get(1).values().getManager());
                }
                assertEquals(owned, ownedBy(manager));
            }
        }
    }
}
