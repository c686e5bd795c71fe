package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.List;
import java.util.Optional;

/** A head that is trained on what a compiled encoder gives. */
class FrozenEncoderTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);

    @EngineTest
    void theHeadsGradientIsThatOfTheEagerEncoder(String engine) {
        Closeness closeness = new Closeness(1e-5);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            TransformerStack encoder = Samples.initialized(
                    manager, DataType.FLOAT32, new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm())));
            Projection head = Samples.initialized(manager, DataType.FLOAT32, new Projection(12, 3, true));
            ParameterNames.of(head).values().forEach(each -> each.getArray().setRequiresGradient(true));
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 3, 2, 5, 12);
            List<float[]> eager = gradients(encoder, head, x);
            CompiledExecution.install(encoder, manager, CompilationConfig.DEFAULT);
            List<float[]> compiled = gradients(encoder, head, x);
            assertEquals(Optional.empty(), ((CompiledExecution) encoder.execution()).eagerReason());
            for (int i = 0; i < eager.size(); i++) {
                closeness.compare("gradient " + i, manager.create(eager.get(i)), manager.create(compiled.get(i)));
            }
        }
        closeness.verify("Gradients of a head on a compiled encoder on " + engine);
    }

    private static List<float[]> gradients(TransformerStack encoder, Projection head, NDArray x) {
        ParameterStore store = new ParameterStore(x.getManager(), false);
        try (GradientCollector collector = x.getManager().getEngine().newGradientCollector()) {
            collector.zeroGradients();
            NDList hidden = encoder.forward(store, new NDList(x), false);
            NDArray output = head.forward(store, hidden, true).singletonOrThrow();
            collector.backward(output.square().mean());
        }
        return ParameterNames.of(head).values().stream()
                .map(each -> each.getArray().getGradient().toFloatArray())
                .toList();
    }
}
