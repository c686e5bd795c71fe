package io.github.djltransformers.block;

import static io.github.djltransformers.testing.Rejections.requireRejected;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.EngineTest;
import org.junit.jupiter.api.Test;

/** What blocks say of inputs that don't fit, before any engine sees them. */
class InputErrorsTest {
    private static final LayerConfig LAYER = LayerConfig.of(16, 8, 20);

    @EngineTest
    void attentionNamesTheMaskThatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            MultiHeadAttention attention = new MultiHeadAttention(AttentionConfig.of(16, 8));
            NDArray x = manager.zeros(new Shape(2, 7, 16));
            NDArray memory = manager.zeros(new Shape(2, 9, 16));
            String rule = "MultiHeadAttention: keepMask must be (1|2, 1|8, 1|7, 9) BOOLEAN, got ";
            requireRejected(
                    rule + "(2, 7, 9) INT32",
                    () -> forward(attention, x, memory, memory, manager.zeros(new Shape(2, 7, 9), DataType.INT32)));
            requireRejected(
                    rule + "(2, 1, 7, 9) FLOAT32",
                    () -> forward(attention, x, memory, memory, manager.zeros(new Shape(2, 1, 7, 9))));
            requireRejected(
                    rule + "(2, 4, 7, 9) BOOLEAN",
                    () -> forward(
                            attention, x, memory, memory, manager.zeros(new Shape(2, 4, 7, 9), DataType.BOOLEAN)));
            requireRejected(
                    rule + "(2, 1, 1, 1) BOOLEAN",
                    () -> forward(
                            attention, x, memory, memory, manager.zeros(new Shape(2, 1, 1, 1), DataType.BOOLEAN)));
        }
    }

    @EngineTest
    void attentionNamesTheInputThatDoesNotFit(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            MultiHeadAttention attention = new MultiHeadAttention(AttentionConfig.of(16, 8));
            NDArray x = manager.zeros(new Shape(2, 7, 16));
            requireRejected(
                    "MultiHeadAttention: inputs must be [query, key, value, keepMask?], got 1 of them:"
                            + " [(2, 7, 16) FLOAT32]",
                    () -> forward(attention, x));
            requireRejected(
                    "MultiHeadAttention: query must be (B, T, 16) of a floating type, got (2, 7, 16) INT32",
                    () -> forward(attention, manager.zeros(new Shape(2, 7, 16), DataType.INT32), x, x));
            requireRejected(
                    "MultiHeadAttention: key must be (2, S, 16) of a floating type, got (3, 9, 16) FLOAT32",
                    () -> forward(attention, x, manager.zeros(new Shape(3, 9, 16)), x));
            requireRejected(
                    "MultiHeadAttention: value must be (2, 7, 16) of a floating type, got (2, 7, 12) FLOAT32",
                    () -> forward(attention, x, x, manager.zeros(new Shape(2, 7, 12))));
        }
    }

    @Test
    void shapesAloneAreChecked() {
        requireRejected(
                "TransformerLayer: x must be (B, T, 16) of a floating type, got (2, 16)",
                () -> shapes(new TransformerLayer(LAYER), new Shape(2, 16)));
        requireRejected(
                "TransformerLayer: keepMask must be (1|2, 1|8, 1|5, 5) BOOLEAN, got (2, 1, 5, 4)",
                () -> shapes(new TransformerLayer(LAYER), new Shape(2, 5, 16), new Shape(2, 1, 5, 4)));
        requireRejected(
                "TransformerLayer: memory must be (2, S, 16) of a floating type, got (2, 5, 8)",
                () -> shapes(new TransformerLayer(LAYER.decoding()), new Shape(2, 5, 16), new Shape(2, 5, 8)));
        requireRejected(
                "TransformerLayer: keepMask must be (1|2, 1|8, 1|5, 5) BOOLEAN, got (5, 5)",
                () -> shapes(
                        new TransformerLayer(LAYER.decoding()),
                        new Shape(2, 5, 16),
                        new Shape(2, 6, 16),
                        new Shape(5, 5)));
        requireRejected(
                "TransformerLayer: memoryKeepMask must be (1|2, 1|8, 1|5, 6) BOOLEAN, got (2, 1, 1, 5)",
                () -> shapes(
                        new TransformerLayer(LAYER.decoding()),
                        new Shape(2, 5, 16),
                        new Shape(2, 6, 16),
                        new Shape(2, 1, 1, 5),
                        new Shape(2, 1, 1, 5)));
        requireRejected(
                "TransformerLayer: inputs must be [x, memory, keepMask?, memoryKeepMask?], got 1 of them: [(2, 5, 16)]",
                () -> shapes(new TransformerLayer(LAYER.decoding()), new Shape(2, 5, 16)));
        requireRejected(
                "Projection: x must be (B, T, 3) of a floating type, got (1, 2, 4)",
                () -> shapes(new Projection(3, 4, true), new Shape(1, 2, 4)));
        requireRejected("Projection: weight must have positive sizes, got (4, 0)", () -> new Projection(0, 4, true));
    }

    @Test
    void sharedHeadsMustDivideTheQuerys() {
        ScaledDotProductAttention attention = new ScaledDotProductAttention(1, 0);
        requireRejected(
                "attentionWeights: key heads must divide the 4 query heads, got 3",
                () -> shapes(attention, new Shape(1, 4, 5, 6), new Shape(1, 3, 5, 6), new Shape(1, 3, 5, 6)));
        requireRejected(
                "ScaledDotProductAttention: value must be (1, 2, 5, Dv) of a floating type, got (1, 4, 5, 6)",
                () -> shapes(attention, new Shape(1, 4, 5, 6), new Shape(1, 2, 5, 6), new Shape(1, 4, 5, 6)));
    }

    @EngineTest
    void sequencesMustFitThePositionTable(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Positions positions = new Positions(PositionKind.SINUSOIDAL, 4, 6);
            positions.initialize(manager, DataType.FLOAT32);
            requireRejected(
                    "addPositions: sequence length must be at most 4 (the position table), got 5; shorten the input or"
                            + " configure a longer maxLength",
                    () -> forward(positions, manager.zeros(new Shape(1, 5, 6))));
        }
    }

    private static NDList forward(Block block, NDArray... inputs) {
        ParameterStore store = new ParameterStore(inputs[0].getManager(), false);
        return block.forward(store, new NDList(inputs), false);
    }

    private static Shape[] shapes(Block block, Shape... inputs) {
        return block.getOutputShapes(inputs);
    }
}
