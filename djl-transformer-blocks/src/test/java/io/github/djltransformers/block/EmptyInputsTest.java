package io.github.djltransformers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.Samples;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmptyInputsTest {
    private static final TransformerConfig MODEL =
            new TransformerConfig(LayerConfig.of(12, 3, 20), 1, 1, 17, 9, PositionKind.SINUSOIDAL, false);

    @ParameterizedTest
    @CsvSource({"PyTorch, true", "PyTorch, false", "MXNet, true", "MXNet, false"})
    void noRowsOrTokensGiveNoNumbersOrAnError(String engine, boolean compile) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            EncoderDecoderTransformer model = ready(new EncoderDecoderTransformer(MODEL), manager, compile);
            assertEquals(new Shape(0, 5, 17), forward(model, manager, 0, 4, 5).getShape());
            assertEquals(new Shape(2, 0, 17), forward(model, manager, 2, 4, 0).getShape());
            assertEquals(0, forward(model, manager, 0, 4, 5).toFloatArray().length);
            assertEquals(
                    "EncoderDecoderTransformer: inputs must have at least one row and one token, got"
                            + " [(2, 0) INT64, (2, 1, 1, 0) BOOLEAN, (2, 5) INT64]",
                    assertThrows(IllegalArgumentException.class, () -> forward(model, manager, 2, 0, 5))
                            .getMessage());
            // It is compiled after these as before them.
            assertEquals(new Shape(2, 5, 17), forward(model, manager, 2, 4, 5).getShape());
            if (model.execution() instanceof CompiledExecution execution) {
                assertEquals(Optional.empty(), execution.eagerReason());
            }
            EncoderClassifier classifier = ready(new EncoderClassifier(MODEL, 3), manager, compile);
            NDList none = new NDList(ids(manager, 0, 4), keep(manager, 0, 4));
            assertEquals(
                    new Shape(0, 3),
                    classifier
                            .forward(new ParameterStore(manager, false), none, false)
                            .head()
                            .getShape());
        }
    }

    private static <B extends TransformerBlock> B ready(B block, NDManager manager, boolean compile) {
        block.initialize(manager, DataType.FLOAT32);
        CompiledExecution.install(block, manager, CompilationConfig.of(Map.of(CompilationConfig.COMPILE, compile)));
        return block;
    }

    private static NDArray forward(TransformerBlock model, NDManager manager, long rows, long source, long target) {
        NDList inputs = new NDList(ids(manager, rows, source), keep(manager, rows, source), ids(manager, rows, target));
        return model.forward(new ParameterStore(manager, false), inputs, false).head();
    }

    private static NDArray ids(NDManager manager, long rows, long tokens) {
        return rows * tokens == 0
                ? manager.create(new Shape(rows, tokens), DataType.INT64)
                : Samples.ids(manager, 1, 17, rows, tokens);
    }

    private static NDArray keep(NDManager manager, long rows, long tokens) {
        Shape shape = new Shape(rows, 1, 1, tokens);
        return rows * tokens == 0
                ? manager.create(shape, DataType.BOOLEAN)
                : Samples.keepMask(manager, (int) tokens, (int) tokens, (int) tokens);
    }
}
