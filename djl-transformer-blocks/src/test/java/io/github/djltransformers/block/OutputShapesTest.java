package io.github.djltransformers.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.github.djltransformers.layer.FeedForward;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;

/** The shapes that blocks announce are those that they give: B 2, T 5, S 7, D 12, H 3, V 17. */
class OutputShapesTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);
    private static final TransformerConfig MODEL =
            new TransformerConfig(LAYER, 1, 1, 17, 9, PositionKind.SINUSOIDAL, true);

    @EngineTest
    void announcedShapesAreReal(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDArray x = Samples.normal(manager, DataType.FLOAT32, 1, 2, 5, 12);
            NDArray memory = Samples.normal(manager, DataType.FLOAT32, 2, 2, 7, 12);
            NDArray ids = Samples.ids(manager, 3, 17, 2, 5);
            NDArray sourceIds = Samples.ids(manager, 4, 17, 2, 7);
            NDArray keep = Samples.keepMask(manager, 5, 5, 2);
            NDArray keepMemory = Samples.keepMask(manager, 7, 7, 3);
            Shape hidden = new Shape(2, 5, 12);

            require(new Projection(12, 4, true), new NDList(x), new Shape(2, 5, 4));
            require(new Norm(12, NormConfig.layer(1e-5)), new NDList(x), hidden);
            require(new FeedForward(12, LAYER.feedForward()), new NDList(x), hidden);
            require(new InputEmbedding(Samples.scaledEmbedding(17, 12)), new NDList(ids), hidden);
            require(new Positions(PositionKind.LEARNED, 5, 12), new NDList(x), hidden);
            AttentionConfig attention = AttentionConfig.of(12, 3);
            require(new MultiHeadAttention(attention), new NDList(x, memory, memory), hidden);
            require(
                    MultiHeadAttention.withWeights(attention),
                    new NDList(x, memory, memory, keepMemory),
                    hidden,
                    new Shape(2, 3, 5, 7));
            require(new TransformerLayer(LAYER), new NDList(x, keep), hidden);
            require(new TransformerStack(StackConfig.of(LAYER, 2, LAYER.norm())), new NDList(x), hidden);
            require(new TransformerLayer(LAYER.decoding()), new NDList(x, memory), hidden);
            require(
                    new TransformerStack(StackConfig.of(LAYER.decoding(), 2, NormConfig.NONE)),
                    new NDList(x, memory, keep, keepMemory),
                    hidden);
            require(new EncoderClassifier(MODEL, 4), new NDList(ids, keep), new Shape(2, 4));
            require(new DecoderLanguageModel(MODEL), new NDList(ids), new Shape(2, 5, 17));
            require(new EncoderDecoderTransformer(MODEL), new NDList(sourceIds, keepMemory, ids), new Shape(2, 5, 17));
        }
    }

    @EngineTest
    void sharedHeadsKeepTheQueriesShape(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            NDList inputs = new NDList(
                    Samples.normal(manager, DataType.FLOAT32, 1, 2, 4, 5, 6),
                    Samples.normal(manager, DataType.FLOAT32, 2, 2, 2, 7, 6),
                    Samples.normal(manager, DataType.FLOAT32, 3, 2, 2, 7, 3),
                    Samples.keepMask(manager, 7, 7, 3));
            require(new ScaledDotProductAttention(1, 0), inputs, new Shape(2, 4, 5, 3));
        }
    }

    private static void require(Block block, NDList inputs, Shape... expected) {
        NDManager manager = inputs.head().getManager();
        String name = block.getClass().getSimpleName();
        assertArrayEquals(expected, block.getOutputShapes(inputs.getShapes()), name);
        block.initialize(manager, DataType.FLOAT32, inputs.getShapes());
        NDList outputs = block.forward(new ParameterStore(manager, false), inputs, false);
        assertArrayEquals(expected, outputs.getShapes(), name);
        assertEquals(DataType.FLOAT32, outputs.head().getDataType(), name);
    }
}
