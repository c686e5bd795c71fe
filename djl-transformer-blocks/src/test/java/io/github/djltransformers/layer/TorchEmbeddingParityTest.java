package io.github.djltransformers.layer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Fixture;
import io.github.djltransformers.testing.Samples;

/** Embedding and positions against {@code embedding[ids] * sqrt(D) + table} computed by torch. */
class TorchEmbeddingParityTest {
    @EngineTest
    void embeddingWithPositionsMatchesTorch(String engine) throws Exception {
        Closeness closeness = new Closeness(1e-6);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            Fixture fixture = Fixture.read(manager, "torch_sinusoidal/embedding");
            InputEmbedding embedding = new InputEmbedding(Samples.scaledEmbedding(11, 16));
            Positions positions = new Positions(PositionKind.SINUSOIDAL, 9, 16);
            embedding.initialize(manager, DataType.FLOAT32);
            positions.initialize(manager, DataType.FLOAT32);
            fixture.get("embedding.weight")
                    .copyTo(ParameterNames.of(embedding).get("weight").getArray());
            ParameterStore store = new ParameterStore(manager, false);
            NDArray long64 = fixture.get("input_ids");
            for (NDArray ids : new NDArray[] {long64, long64.toType(DataType.INT32, false)}) {
                NDList embedded = embedding.forward(store, new NDList(ids), false);
                NDArray out = positions.forward(store, embedded, false).singletonOrThrow();
                closeness.compare("embedding of " + ids.getDataType(), fixture.get("out"), out);
            }
        }
        closeness.verify("InputEmbedding and Positions on " + engine);
    }
}
