package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.CostOps;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Vectors of texts of one length by a model of the shape of all-MiniLM-L6-v2, whose weights are random.
 *
 * @param batch texts at once
 * @param length tokens of each
 */
record EmbeddingCase(int batch, int length) implements BenchmarkCase {
    private static final int VOCABULARY = 30522;
    private static final int SIZE = 384;
    private static final int LAYERS = 6;
    private static final LayerConfig LAYER = LayerConfig.of(SIZE, 12, 4 * SIZE);

    @Override
    public String name() {
        return Text.format("embed-b%d-s%d", batch, length);
    }

    @Override
    public Work work() {
        Shape ids = new Shape(batch, length);
        Shape keep = new Shape(batch, 1, 1, length);
        return new Work(batch, "sentences", (double) batch * length, CostOps.of(block(), ids, keep));
    }

    private static SentenceEncoder block() {
        EmbeddingConfig embedding = EmbeddingConfig.of(
                        VOCABULARY, SIZE, 1, PositionConfig.of(PositionKind.LEARNED, 512), 0)
                .withTokenTypes(2)
                .withNorm(NormConfig.layer(1e-12));
        StackConfig stack = StackConfig.of(LAYER, LAYERS, NormConfig.NONE);
        return new SentenceEncoder(
                new EncoderModel(embedding, stack),
                SentenceConfig.of(Pooling.MEAN).unitLength());
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return DecodingCase.eagerAndCompiled(engine, precisions);
    }

    @Override
    public Workplace open(NDManager manager) {
        NDManager owner = manager.newSubManager();
        ParameterStore parameterStore = new ParameterStore(owner, false);
        SentenceEncoder block = block();
        block.initialize(owner, DataType.FLOAT32);
        long[] ids = new Random(1).longs((long) batch * length, 0, VOCABULARY).toArray();
        boolean[] keep = new boolean[ids.length];
        Arrays.fill(keep, true);
        NDArray tokens = HostArrays.of(owner, ids, new Shape(batch, length));
        NDArray mask = HostArrays.of(owner, keep, new Shape(batch, 1, 1, length));
        Executions executions = new Executions(block, owner);
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                return executions.workload(variant, () -> Results.forward(block, parameterStore, owner, tokens, mask));
            }

            @Override
            public void close() {
                owner.close();
            }
        };
    }
}
