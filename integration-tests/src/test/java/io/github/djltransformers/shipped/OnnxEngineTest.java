package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.engine.onnx.OnnxExporter;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shipped model, exported, is one that DJL's own engine of ONNX Runtime loads with its stock classes. */
class OnnxEngineTest {
    private static final long[] IDS = {5, 300, 41, 7, 900, 12, 0, 0};
    private static final long[] ONES = {1, 1, 1, 1, 1, 1, 0, 0};

    private static Criteria.Builder<NDList, NDList> criteria(String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optTranslator(new NoopTranslator())
                .optDevice(Device.cpu())
                .optEngine(engine);
    }

    @Test
    void intentsAreTheSame(@TempDir Path folder) throws Exception {
        Shape shape = new Shape(1, IDS.length);
        float[][] expected;
        Criteria<NDList, NDList> packaged = criteria("PyTorch")
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-intents")
                .build();
        try (ZooModel<NDList, NDList> model = packaged.loadModel();
                NDManager manager = model.getNDManager().newSubManager()) {
            TransformerBlock block = (TransformerBlock) model.getBlock();
            NDList inputs = new NDList(
                    manager.create(IDS, shape),
                    manager.create(ONES, shape).neq(0).reshape(1, 1, 1, IDS.length));
            NDList outputs = block.forward(new ParameterStore(manager, false), inputs, false);
            expected =
                    new float[][] {outputs.get(0).toFloatArray(), outputs.get(1).toFloatArray()};
            assertEquals(
                    "en-intents.onnx: input_ids (batch, length) INT64, attention_mask (batch, length) INT64 ->"
                            + " heads.0.logits, heads.1.logits",
                    new OnnxExporter()
                            .exportModel(block, folder.resolve("en-intents.onnx"))
                            .get(0));
        }
        Criteria<NDList, NDList> exported = criteria("OnnxRuntime")
                .optModelPath(folder.resolve("en-intents.onnx"))
                .build();
        try (ZooModel<NDList, NDList> model = exported.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList outputs = predictor.predict(new NDList(manager.create(IDS, shape), manager.create(ONES, shape)));
            assertEquals(2, outputs.size());
            assertArrayEquals(expected[0], outputs.get(0).toFloatArray(), 1e-4f);
            assertArrayEquals(expected[1], outputs.get(1).toFloatArray(), 1e-4f);
        }
    }
}
