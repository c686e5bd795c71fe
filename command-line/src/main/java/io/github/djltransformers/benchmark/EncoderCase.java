package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.ops.CostOps;
import java.util.ArrayList;
import java.util.List;

/**
 * One encoder layer forward on (B, S, D) random numbers. DJL's own block for it is measured too, though it computes
 * something else: it normalises by batch.
 *
 * @param batch B
 * @param length S
 * @param size D
 * @param heads H
 * @param feedForward F
 */
record EncoderCase(int batch, int length, int size, int heads, int feedForward) implements BenchmarkCase {
    @Override
    public String name() {
        return Text.format("encoder-b%d-s%d-d%d", batch, length, size);
    }

    @Override
    public Work work() {
        return new Work((double) batch * length, "tokens", CostOps.of(layer(), shape()));
    }

    private TransformerLayer layer() {
        return new TransformerLayer(LayerConfig.of(size, heads, feedForward));
    }

    private Shape shape() {
        return new Shape(batch, length, size);
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        List<Variant> variants = new ArrayList<>(List.of(Variant.stock(engine), Variant.eager(engine)));
        variants.addAll(Variant.compiled(engine, precisions));
        return variants;
    }

    @Override
    public Workplace open(NDManager manager) {
        NDManager owner = manager.newSubManager();
        ParameterStore parameterStore = new ParameterStore(owner, false);
        NDArray input = owner.randomNormal(shape());
        TransformerLayer layer = layer();
        layer.initialize(owner, DataType.FLOAT32);
        Executions executions = new Executions(layer, owner);
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                if (variant.mode() == Mode.STOCK) {
                    Block stock = new TransformerEncoderBlock(size, heads, feedForward, 0, Activation::relu);
                    stock.initialize(owner, DataType.FLOAT32, shape());
                    return () -> Results.forward(stock, parameterStore, owner, input);
                }
                return executions.workload(variant, () -> Results.forward(layer, parameterStore, owner, input));
            }

            @Override
            public void close() {
                owner.close();
            }
        };
    }
}
