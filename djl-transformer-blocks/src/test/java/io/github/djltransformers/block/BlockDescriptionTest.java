package io.github.djltransformers.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import io.github.djltransformers.layer.FeedForward;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import org.junit.jupiter.api.Test;

class BlockDescriptionTest {
    private static final LayerConfig LAYER = LayerConfig.of(12, 3, 20);

    @Test
    void aBlockIsPrintedAsATree() {
        assertEquals("""
                FeedForward(x)
                  inner: Projection(x) weight (20, 12) bias (20)
                  outer: Projection(x) weight (12, 20) bias (12)""", new FeedForward(12, LAYER.feedForward()).toString());
    }

    @EngineTest
    void initialisedModelsAreDescribed(String engine) {
        try (Model model = Model.newInstance("described", Device.cpu(), engine)) {
            EncoderDecoderTransformer block = new EncoderDecoderTransformer(
                    new TransformerConfig(LAYER, 1, 1, 17, 9, PositionKind.SINUSOIDAL, false));
            NDManager manager = model.getNDManager();
            block.initialize(manager, DataType.FLOAT32);
            model.setBlock(block);
            PairList<String, Shape> inputs = model.describeInput();
            assertEquals("[sourceIds, sourceKeepMask, targetIds]", inputs.keys().toString());
            assertEquals("[(-1, -1), (-1, 1, 1, -1), (-1, -1)]", inputs.values().toString());
            PairList<String, Shape> outputs = block.describeOutput();
            assertEquals("[output0]", outputs.keys().toString());
            assertEquals("[(-1, -1, 17)]", outputs.values().toString());
            assertEquals(
                    "EncoderDecoderTransformer(sourceIds, sourceKeepMask, targetIds, targetKeepMask?)",
                    block.toString().lines().findFirst().orElseThrow());
        }
    }
}
